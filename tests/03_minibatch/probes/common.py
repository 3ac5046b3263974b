"""What the probes share."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.endings import NotImplementedYet

CAP = 400


def get(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)
