"""Loaders among data that raise."""

from __future__ import annotations

import threading
from itertools import islice
from types import ModuleType
from typing import Any

from .common import CAP, one_pass, threads_left
from .standins import Collate, Items, Passes, make_loader


class Burst(Exception):
    """An exception of a data set's own."""


_ERRORS: dict[str, type[Exception]] = {
    e.__name__: e
    for e in (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, OSError, Burst)
}


def broken(
    module: ModuleType,
    kind: str,
    batches: list[list[int]],
    error: str,
    who: str,
    item: int,
    workers: int | None = None,
) -> dict[str, Any]:
    """A pass in which `who`, "ds" or "collate_fn", raises an exception of class `error` when it comes to `item`.

    "came": the batches that came before, "raised": the class and text of what reached the loop, None for nothing;
    "same": whether it is the exception that was raised. "later": the batches of a pass after the fault was repaired.
    "workers": how many threads are left when the loop has met the exception.
    """
    ds = Items(CAP)
    collate_fn = Collate(ds.log)
    fault = _ERRORS[error]("the fault of the data")
    if who == "ds":
        ds.error, ds.breaks = fault, item
    else:
        collate_fn.error, collate_fn.breaks = fault, f"x{item}"
    before = set(threading.enumerate())
    loader = make_loader(module, kind, ds, Passes([batches]), collate_fn, workers)
    came: list[Any] = []
    raised: list[str] | None = None
    same = False
    try:
        for batch in islice(iter(loader), CAP):
            came.append(batch)
    except NotImplementedError:
        raise
    except Exception as caught:
        raised, same = [type(caught).__name__, str(caught)], caught is fault
    fault.__traceback__ = None  # it holds the iterator
    left = threads_left(before)
    ds.error = collate_fn.error = None
    return {"came": came, "raised": raised, "same": same, "later": one_pass(loader), "workers": left}
