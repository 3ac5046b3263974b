"""What all probes of this unit need."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.box.errors import NotImplementedYet


def named(module: ModuleType, name: str) -> Any:
    """The module's function of that name."""
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)
