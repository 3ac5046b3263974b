"""ParallelDataLoader: its threads, and the order of what they make."""

from __future__ import annotations

import gc
import sys
import threading
import time
from itertools import islice
from types import ModuleType
from typing import Any

from .common import CAP, one_pass, threads_left
from .standins import Collate, Items, Passes, item_number, make_loader

PATIENCE = 10.0  # seconds


def patiently(module: ModuleType, probe: str, *args: Any, **kwargs: Any) -> Any:
    """What another probe of this unit returns or raises; {"waited": seconds} when that takes too long.

    It runs in a thread of its own: a loop that waits for a worker that will never answer waits there.
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = getattr(sys.modules[__package__], probe)(module, *args, **kwargs)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, name="the loop over the loader", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if "error" in outcome:
        raise outcome["error"]
    return outcome.get("value", {"waited": PATIENCE})


class Slow(Items):
    """Items of which some wait until another one has been asked for, up to `patience` seconds."""

    def __init__(self, n: int, waits: dict[int, int], patience: float) -> None:
        super().__init__(n)
        self._waits = waits
        self._patience = patience
        self._done = [threading.Event() for _ in range(n)]

    def __getitem__(self, i: Any) -> Any:
        number = item_number(i)
        if number in self._waits:
            self._done[self._waits[number]].wait(self._patience)
        item = super().__getitem__(i)
        self._done[number].set()
        return item


def loaded_out_of_turn(
    module: ModuleType, batches: list[list[int]], waits: list[list[int]], workers: int
) -> list[Any]:
    """The batches of a ParallelDataLoader whose items [item, other] of `waits` aren't ready before the other item is
    (or a little while has passed)."""
    ds = Slow(20, dict(waits), 0.1)
    return one_pass(
        make_loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers)
    )


class Crowd(Items):
    """Items in which whoever comes first waits for a second one, up to `patience` seconds, and once only."""

    def __init__(self, n: int, patience: float) -> None:
        super().__init__(n)
        self._lock = threading.Lock()
        self._company = threading.Event()
        self._patience = patience
        self._at_work = 0
        self.most = 0
        self.threads: list[int] = []

    def __getitem__(self, i: Any) -> Any:
        with self._lock:
            self._at_work += 1
            self.most = max(self.most, self._at_work)
            self.threads.append(threading.get_ident())
            if self._at_work > 1:
                self._company.set()
        self._company.wait(self._patience)
        self._company.set()  # nobody waits twice
        time.sleep(0.001)
        item = super().__getitem__(i)
        with self._lock:
            self._at_work -= 1
        return item


def who_works(module: ModuleType, batches: list[list[int]], workers: int) -> dict[str, Any]:
    """Who makes the items. "most": how many were in the making at once, at most; "caller": how many were made by the
    loop's own thread. "batches": what came."""
    ds = Crowd(20, 0.0 if workers == 1 else 1.0)
    came = one_pass(
        make_loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers)
    )
    return {"most": ds.most, "caller": ds.threads.count(threading.get_ident()), "batches": came}


def made_ahead(module: ModuleType, n: int, taken: int, workers: int, limit: int) -> list[int]:
    """Count the batches that came of the `taken` asked for, and those made beyond them; each has one item.

    Workers have a moment to get further than `limit`; who stays within it is waited for a tenth of a second.
    """
    ds = Items(n)
    sampler = Passes([[[k] for k in range(n)]])
    loop = iter(make_loader(module, "ParallelDataLoader", ds, sampler, Collate(ds.log), workers))
    came = len(list(islice(loop, taken)))
    until = time.monotonic() + 0.1
    ahead = 0
    while ahead <= limit and time.monotonic() < until:
        time.sleep(0.002)
        ahead = sum(entry[0] == "item" for entry in list(ds.log)) - came
    del loop
    return [came, ahead]


def threads_after(
    module: ModuleType, batches: list[list[int]], taken: int | None, workers: int
) -> dict[str, Any]:
    """How many threads are left after a loop was left with `taken` batches (None: went on to the end), while the
    loader is still there: "left". "came": how many batches it got. "later": the batches of another pass, to its end."""
    before = set(threading.enumerate())
    ds = Items(CAP)
    loader = make_loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers)
    loop = iter(loader)
    came = len(list(islice(loop, CAP if taken is None else taken)))
    del loop
    left = threads_left(before, 0.2)
    if left:
        gc.collect()
        left = threads_left(before)
    return {"left": left, "came": came, "later": one_pass(loader)}
