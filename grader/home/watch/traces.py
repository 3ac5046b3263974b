"""Traces of a student's code in the process that ran it: settings, patches and threads that the next run would find.

A worker with any is replaced by the spare one, so that every run finds what a fresh process has.
"""

from __future__ import annotations

import builtins
import math
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Hashable

import numpy as np
import torch

_PATCHED = (builtins, math, random, np, np.random, torch, torch.Tensor, torch.nn, torch.nn.Module)
_PATCHED_TOO = (torch.nn.functional, torch.nn.init, torch.optim, torch.linalg)


def state_of_process() -> Hashable:
    """Return what is compared before and after a run. Random generators are left out: each test seeds them."""
    return (
        *_settings_of_torch(),
        tuple(sorted(np.geterr().items())),
        (os.getcwd(), tuple(sys.path), tuple(sys.meta_path), tuple(sorted(os.environ.items()))),  # noqa: PTH109
        (sys.getrecursionlimit(), sys.gettrace(), sys.getprofile(), signal.getsignal(signal.SIGINT)),
        (_other_threads(), tuple(map(str, warnings.filters))),
        tuple(_names_in(place) for place in (*_PATCHED, *_PATCHED_TOO)),
    )


def _settings_of_torch() -> tuple[Hashable, ...]:
    return (
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.is_anomaly_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        str(torch.get_default_device()),
        torch.get_num_threads(),
    )


def _other_threads() -> int:
    return sum(not thread.name.startswith("grader-") for thread in threading.enumerate())


def _names_in(place: object) -> frozenset[tuple[str, int]]:
    """Return the names of a module or class, each with what it stands for. A module that torch loads late is none."""
    kinds = (type(sys), str, int, float, bool, type(None))
    return frozenset((name, id(value)) for name, value in vars(place).items() if not isinstance(value, kinds))
