"""Traces of a student's code in the process that ran it: settings, patches and threads that the next run would find.

A worker with any is replaced by the spare one, so that every run finds what a fresh process has. New names and new
environment variables are none: libraries add some when they load a part of themselves late.
"""

from __future__ import annotations

import builtins
import math
import os
import random
import signal
import sys
import threading
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import torch

from grader.box.settings import now as settings_now

_PATCHED = (
    *(builtins, math, random, np, np.random, torch, torch.Tensor, torch.nn, torch.nn.Module),
    *(torch.nn.functional, torch.nn.init, torch.optim, torch.linalg),
)


@dataclass(frozen=True)
class ProcessState:
    """Settings and names, to compare before and after a run. Random generators are left out: each test seeds them."""

    settings: tuple[Hashable, ...]
    environment: frozenset[tuple[str, str]]
    names: frozenset[tuple[int, str, int]]

    def marked(self, after: ProcessState) -> bool:
        """Return True if something is not as it was."""
        if self.settings != after.settings or not self.environment <= after.environment:
            return True
        return any(not _is_of_torch(place, name) for place, name, _ in self.names - after.names)


def process_state() -> ProcessState:
    python = (sys.gettrace(), sys.getprofile(), signal.getsignal(signal.SIGINT))
    places = (tuple(sys.path), tuple(sys.meta_path))
    settings = (*settings_now(), python, places, _other_threads())
    names = ((id(place), *name) for place in _PATCHED for name in _names_in(place))
    return ProcessState(settings, frozenset(os.environ.items()), frozenset(names))


def _other_threads() -> int:
    return sum(not thread.name.startswith("grader-") for thread in threading.enumerate())


def _is_of_torch(place: int, name: str) -> bool:
    """Return True if the name stands for something of torch, whose compiler, loaded late, wraps torch.manual_seed."""
    value = next((vars(p).get(name) for p in _PATCHED if id(p) == place), None)
    return str(getattr(value, "__module__", "")).startswith("torch.")


def _names_in(place: object) -> list[tuple[str, int]]:
    """Return the names of a module or class, inherited ones as well, each with what it stands for.

    Plain values and modules are left out.
    """
    kinds = (type(sys), str, int, float, bool, type(None))
    names: dict[str, object] = {}
    for where in reversed(place.__mro__) if isinstance(place, type) else (place,):
        names.update(vars(where))
    return [(name, id(value)) for name, value in names.items() if not isinstance(value, kinds)]
