"""What the probes share: passes that are cut off, two loops at once, and what is left afterwards."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch

CAP = 400


def one_pass(loader: Any) -> list[Any]:
    return list(islice(iter(loader), CAP))


def plain_numbers(batch: Any) -> list[Any]:
    """Indices as plain numbers, whatever they came in; the name of its class for what holds none."""
    if isinstance(batch, torch.Tensor):
        numbers = batch.tolist()  # most batches are rows, and each call into torch is watched
        return (
            numbers if type(numbers) is list and list not in map(type, numbers) else batch.flatten().tolist()
        )
    if isinstance(batch, (np.ndarray, list, tuple, range, int)):
        return torch.as_tensor(batch).flatten().tolist()
    return [type(batch).__name__]


def walk(walked: Any, script: list[int], plain: Callable[[Any], Any]) -> list[list[Any]]:
    loops: dict[int, Iterator[Any]] = {}
    got: dict[int, list[Any]] = {0: [], 1: []}
    for which, most in [*((which, 1) for which in script), (0, CAP), (1, CAP)]:
        if which not in loops:
            loops[which] = iter(walked)
        got[which] += [plain(batch) for batch in islice(loops[which], most)]
    return [got[0], got[1]]


def alive(reference: weakref.ref[Any]) -> bool:
    if reference() is not None:
        gc.collect()  # it may hang in a cycle; slow, so only where it matters
    return reference() is not None


def threads_left(before: set[threading.Thread], patience: float = 3.0) -> int:
    """How many threads there are that were not there before; those on their way out are waited for."""
    until = time.monotonic() + patience
    while True:
        left = [t for t in threading.enumerate() if t not in before]
        if not left:
            return 0
        if time.monotonic() > until:
            return len(left)
        time.sleep(0.002)
