"""What all probes of this unit need.

What a submission hands back may be anything. Where a probe has to go on with it, it looks at its kind first, and
reports that: a test says it in words, which an exception out of a probe would not.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.box.names import lookup


def kind(value: Any) -> str:
    """The name of its class."""
    return type(value).__name__


def number(value: Any) -> Any:
    """It as a float, or the name of its class where it is none."""
    try:
        return float(value)
    except Exception:  # whatever its class says: it is none
        return kind(value)


def entries(value: Any) -> Any:
    """It as a list, where one can go through it; else the name of its class. A text is no list of letters here."""
    if isinstance(value, (str, bytes)):
        return kind(value)
    try:
        return list(value)
    except TypeError:
        return kind(value)


class NoClass(Exception):
    """What should have been a class is none. text: the name of the class that it is of."""


def class_of(module: ModuleType, name: str, *args: Any) -> Any:
    """The class that the module's function returns. Raises NoClass."""
    made = lookup(module, name)(*args)
    if not isinstance(made, type):
        raise NoClass(kind(made))
    return made
