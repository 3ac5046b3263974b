"""Targets for hypothesis and for a coverage-guided fuzzer: all of the kit that reads what somebody else wrote.

A target is a module in targets/, with

    run(data)  gives the bytes to the kit. It returns when the kit has read them, or has refused them in the documented
               way; it raises Wrong, or lets pass what the kit raises, where neither is so
    INPUTS     a strategy of bytes: valid things, and valid things that were damaged

tests/kit/unit/test_fuzzed.py runs them for seconds; `make fuzz MINUTES=60` for as long as you like, see __main__.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from hypothesis import strategies as st

NAMES = tuple(sorted(f.stem for f in (Path(__file__).parent / "targets").glob("[a-z]*.py")))


class Wrong(AssertionError):
    """The kit took something that it does not give back as it was, or that its callers can't rely on."""


def expect(holds: object, *about: object) -> None:
    """Raise Wrong, with a few words about it, unless it holds."""
    if not holds:
        raise Wrong(" ".join(str(part)[:500] for part in about))


@dataclass(frozen=True)
class Target:
    """A target, see above."""

    name: str
    run: Callable[[bytes], None]
    inputs: st.SearchStrategy[bytes]


def target(name: str) -> Target:
    """Return the target of that name, one of NAMES."""
    module = importlib.import_module(f"fuzz.targets.{name}")
    return Target(name, module.run, cast("st.SearchStrategy[bytes]", module.INPUTS))
