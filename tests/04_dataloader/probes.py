"""Probes of unit 04: they walk through samplers and loaders, and report what came, and what was asked for when.

Stand-ins surround the class that a test is about: a data set that keeps a log, a sampler that is a list of index
tensors for each pass, a collate_fn that tells what it was given. None of them is a solution of its neighbour.

What the submission yields may be anything, and may never end: a pass is cut off after CAP batches.
"""

from __future__ import annotations

import gc
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
import torch

from grader.box.errors import NotImplementedYet

CAP = 400
PATIENCE = 10.0  # seconds


def _class(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)


def _pass(loader: Any) -> list[Any]:
    return list(islice(iter(loader), CAP))


def _numbers(batch: Any) -> list[Any]:
    """Indices as plain numbers, whatever they came in; the name of its class for what holds none."""
    if isinstance(batch, (torch.Tensor, np.ndarray, list, tuple, range, int)):
        return torch.as_tensor(batch).flatten().tolist()
    return [type(batch).__name__]


# --- Dataset ---------------------------------------------------------------------------------------------------


def look_up(module: ModuleType, x: Any, y: Any, index: Any) -> dict[str, Any]:
    """Dataset(x, y)[index], and what kind of thing that is; index: an int, a list, a tensor, or ["slice", a, b, c]."""
    ds = _class(module, "Dataset")(x, y)
    if isinstance(index, list) and index[:1] == ["slice"]:
        index = slice(*index[1:])
    item = ds[index]
    return {"item": item, "kind": type(item).__name__}


def look_up_in_two(module: ModuleType, one: list[Any], two: list[Any], index: int) -> list[Any]:
    """[Dataset(*one)[index], its length, Dataset(*two)[index], its length], asked after both were made."""
    a, b = _class(module, "Dataset")(*one), _class(module, "Dataset")(*two)
    return [a[index], len(a), b[index], len(b)]


def length_of_dataset(module: ModuleType, x: Any, y: Any) -> Any:
    """len(Dataset(x, y))."""
    return len(_class(module, "Dataset")(x, y))


# --- collate ---------------------------------------------------------------------------------------------------


def collate_and_look(module: ModuleType, batch: list[Any]) -> dict[str, Any]:
    """What became of the list that collate was given: its "length", and the numbers of items that "changed"."""
    items = list(batch)
    copies = [[part.clone() for part in item] for item in items]
    _class(module, "collate")(batch)
    changed = [
        i
        for i, (item, copy) in enumerate(zip(items, copies, strict=True))
        if i >= len(batch)
        or batch[i] is not item
        or not all(torch.equal(a, b) for a, b in zip(item, copy, strict=True))
    ]
    return {"length": len(batch), "changed": changed}


# --- Sampler ---------------------------------------------------------------------------------------------------


class Sized:
    """A data set of which only the length is known; asking it for an item is noted, and answered by IndexError."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.asked: list[str] = []

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: Any) -> Any:
        self.asked.append(str(i))
        raise IndexError("this data set has a length, but no items")


def _sampler(module: ModuleType, n: int, bs: int, options: dict[str, Any]) -> Any:
    return _class(module, "Sampler")(Sized(n), bs, **options)


def sampled(module: ModuleType, n: int, bs: int, passes: int = 1, **options: Any) -> list[list[Any]]:
    """What so many passes of one Sampler yield, as it comes."""
    sampler = _sampler(module, n, bs, options)
    return [_pass(sampler) for _ in range(passes)]


def length_of_sampler(module: ModuleType, n: int, bs: int, **options: Any) -> list[Any]:
    """[len(Sampler), its class, how many batches a pass yields]."""
    sampler = _sampler(module, n, bs, options)
    length = sampler.__len__()  # len() would hide what it is
    return [length, type(length).__name__, len(_pass(sampler))]


def make_sampler(module: ModuleType, n: int, bs: int) -> None:
    """Construct it, no more."""
    _sampler(module, n, bs, {})


def orders(module: ModuleType, n: int, bs: int, passes: int, fresh: bool = False, **options: Any) -> Any:
    """The orders of so many shuffled passes, batches joined: an int64 tensor (passes, n), or the first pass that
    yields another number of items, as a list of numbers.

    fresh: a new Sampler for each pass
    """
    sampler = _sampler(module, n, bs, {"shuffle": True, **options})
    rows = []
    for _ in range(passes):
        if fresh:
            sampler = _sampler(module, n, bs, {"shuffle": True, **options})
        row = [i for batch in islice(iter(sampler), CAP) for i in _numbers(batch)]
        if len(row) != n or not all(isinstance(i, int) for i in row):
            return row
        rows.append(row)
    return torch.tensor(rows, dtype=torch.int64)


def orders_as_asked(
    module: ModuleType, n: int, bs: int, passes: int, options: dict[str, Any]
) -> list[list[Any]]:
    """The orders of so many passes of Sampler(ds, bs, **options), batches joined."""
    sampler = _sampler(module, n, bs, options)
    return [[i for batch in _pass(sampler) for i in _numbers(batch)] for _ in range(passes)]


def seeded_orders(
    module: ModuleType, n: int, bs: int, script: list[list[Any]], one_sampler: bool
) -> list[list[int]]:
    """The orders of passes; before each of them, its entry of the script seeds: [torch, numpy, random], None: not.

    A fourth value is how many numbers are drawn from torch's generator after that. one_sampler: for all passes, made
    before any of them; else each pass has its own, made before the seeding.
    """
    options = {"shuffle": True}
    shared = _sampler(module, n, bs, options)
    result = []
    for of_torch, of_numpy, of_random, drawn in script:
        sampler = shared if one_sampler else _sampler(module, n, bs, options)
        if of_torch is not None:
            torch.manual_seed(of_torch)
        if of_numpy is not None:
            np.random.seed(of_numpy)
        if of_random is not None:
            random.seed(of_random)
        torch.rand(drawn)
        result.append([i for batch in _pass(sampler) for i in _numbers(batch)])
    return result


def generator_moves(module: ModuleType, n: int, bs: int) -> bool:
    """Whether a shuffled pass leaves torch's generator in another state."""
    sampler = _sampler(module, n, bs, {"shuffle": True})
    before = torch.get_rng_state()
    _pass(sampler)
    return not torch.equal(before, torch.get_rng_state())


def walk_samplers(
    module: ModuleType, n: int, bs: int, script: list[int], shuffle: bool
) -> list[list[list[int]]]:
    """What each of two loops over one Sampler gets, as batches of numbers.

    script: which loop takes its next batch; a loop begins when it is first named. At the end 0 and then 1 go on
    until they are through.
    """
    sampler = _sampler(module, n, bs, {"shuffle": True} if shuffle else {})
    return _walk(sampler, script, _numbers)


def _walk(walked: Any, script: list[int], plain: Callable[[Any], Any]) -> list[list[Any]]:
    loops: dict[int, Iterator[Any]] = {}
    got: dict[int, list[Any]] = {0: [], 1: []}
    for which, most in [*((which, 1) for which in script), (0, CAP), (1, CAP)]:
        if which not in loops:
            loops[which] = iter(walked)
        got[which] += [plain(batch) for batch in islice(loops[which], most)]
    return [got[0], got[1]]


def abandon_and_start_again(
    module: ModuleType, n: int, bs: int, taken: int, shuffle: bool
) -> list[list[int]]:
    """The batches of a pass that follows one which was left after `taken` batches."""
    sampler = _sampler(module, n, bs, {"shuffle": True} if shuffle else {})
    left = list(islice(iter(sampler), taken))
    del left
    return [_numbers(batch) for batch in _pass(sampler)]


def what_a_sampler_keeps(module: ModuleType, n: int, bs: int, shuffle: bool) -> dict[str, Any]:
    """Whether the data set is still alive when only the Sampler is left: "at rest", and "in a pass". And "asked": the
    items that were asked for."""
    ds = Sized(n)
    asked, data = ds.asked, weakref.ref(ds)
    sampler = _class(module, "Sampler")(ds, bs, **({"shuffle": True} if shuffle else {}))
    del ds
    at_rest = _alive(data)
    loop = iter(sampler)
    next(loop, None)
    return {"at rest": at_rest, "in a pass": _alive(data), "asked": asked}


def _alive(reference: weakref.ref[Any]) -> bool:
    if reference() is not None:
        gc.collect()  # it may hang in a cycle; slow, so only where it matters
    return reference() is not None


# --- loaders ---------------------------------------------------------------------------------------------------


def _one(i: Any) -> int:
    """The number of the item that i asks for."""
    if isinstance(i, (slice, list, tuple)) or (isinstance(i, torch.Tensor) and i.numel() != 1):
        raise TypeError(
            f"this data set was asked for item {i}, and has only items 0, 1, 2, …: ask for one at a time"
        )
    return int(i)


class Items:
    """n items, that of number i being ("x" + i, "y" + i). It keeps a log of what was asked for.

    breaks: the number of an item that raises `error` as long as it is there
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.log: list[Any] = []
        self.error: Exception | None = None
        self.breaks = -1

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: Any) -> Any:
        number = _one(i)
        self.log.append(["item", number])
        if self.error is not None and number == self.breaks:
            raise self.error
        return (f"x{number}", f"y{number}")


class Passes:
    """A sampler that yields given indices: those of passes[0] in the first pass, of the last one in all later ones."""

    def __init__(self, passes: list[list[list[int]]], length: int | None = None) -> None:
        self._passes = passes
        self._begun = 0
        self._length = len(passes[0]) if length is None else length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[torch.Tensor]:
        batches = self._passes[min(self._begun, len(self._passes) - 1)]
        self._begun += 1
        return (torch.tensor(batch, dtype=torch.int64) for batch in batches)


class Collate:
    """A collate_fn that answers with what it was given: [class of the batch, the items]; noted in `log`, too.

    answers: where given, what it answers instead, call by call
    breaks:  a batch with this item in it raises `error` as long as it is there
    """

    def __init__(self, log: list[Any], answers: list[Any] | None = None) -> None:
        self._log = log
        self._answers = answers
        self.calls = 0
        self.error: Exception | None = None
        self.breaks = ""

    def __call__(self, batch: Any) -> Any:
        call, self.calls = self.calls, self.calls + 1
        given = [type(batch).__name__, list(islice(batch, CAP))]
        self._log.append(["collate", given])
        if self.error is not None and any(self.breaks in item for item in given[1]):
            raise self.error
        return self._answers[call % len(self._answers)] if self._answers else given


def _loader(
    module: ModuleType, kind: str, ds: Any, sampler: Any, collate_fn: Any, workers: int | None = None
) -> Any:
    if kind == "ParallelDataLoader":
        return _class(module, kind)(ds, sampler, collate_fn, 2 if workers is None else workers)
    return _class(module, kind)(ds, sampler, collate_fn=collate_fn)


def loaded(
    module: ModuleType,
    kind: str,
    passes: list[list[list[int]]],
    answers: list[Any] | None = None,
    workers: int | None = None,
) -> list[list[Any]]:
    """What a loader yields, pass by pass. The sampler has other batches in each pass, where passes says so."""
    ds = Items(CAP)
    loader = _loader(module, kind, ds, Passes(passes), Collate(ds.log, answers), workers)
    return [_pass(loader) for _ in passes]


def lists(module: ModuleType, kind: str, batches: list[list[int]]) -> list[Any]:
    """What a loader has yielded by the end of a pass, collate_fn handing on the very list that it is given."""
    ds = list(range(CAP))
    return _pass(_loader(module, kind, ds, Passes([batches]), lambda batch: batch, None))


def story(module: ModuleType, batches: list[list[int]], passes: int) -> list[Any]:
    """What happens around a DataLoader, in order: ["made"], ["begun"] when a loop has begun, ["ask"] before it asks for
    a batch, ["came"] after it came, ["ended"] at the end of a pass, and in between ["item", number] and
    ["collate", …]."""
    ds = Items(CAP)
    log = ds.log
    loader = _loader(module, "DataLoader", ds, Passes([batches]), Collate(log))
    log.append(["made"])
    for _ in range(passes):
        loop = iter(loader)
        log.append(["begun"])
        for _ in range(CAP):
            log.append(["ask"])
            if not list(islice(loop, 1)):
                break
            log.append(["came"])
        log.append(["ended"])
    return log


def walk_loaders(
    module: ModuleType, kind: str, passes: list[list[list[int]]], script: list[int]
) -> list[list[Any]]:
    """What each of two loops over one loader gets, as lists of items; `script` as in walk_samplers. The loop that
    begins first has the batches of passes[0], the other one those of passes[1]."""
    ds = Items(CAP)
    loader = _loader(module, kind, ds, Passes(passes), Collate(ds.log))
    return _walk(loader, script, lambda given: given[1] if isinstance(given, list) else given)


def load_two(module: ModuleType, one: list[list[int]], two: list[list[int]]) -> list[list[Any]]:
    """What two DataLoaders yield that were both made before; their collate_fns put "one" or "two" before the items."""
    a, b = (
        _loader(module, "DataLoader", Items(CAP), Passes([batches]), lambda batch, name=name: [name, *batch])
        for name, batches in (("one", one), ("two", two))
    )
    return [_pass(a), _pass(b)]


def load_with_own_collate(
    module: ModuleType, x: torch.Tensor, y: torch.Tensor, batches: list[list[int]]
) -> Any:
    """What DataLoader(ds, sampler) yields, without a collate_fn; the items are pairs of tensors (x[i], y[i])."""
    ds = [(x[i], y[i]) for i in range(len(x))]
    return _pass(_class(module, "DataLoader")(ds, [torch.tensor(b, dtype=torch.int64) for b in batches]))


def length_of_a_loader(module: ModuleType, kind: str, length: int) -> Any:
    """The length of a loader whose sampler's is `length`."""
    loader = _loader(module, kind, Items(3), Passes([[[0]]], length), Collate([]))
    return loader.__len__()


def keeps_its_dataset(module: ModuleType) -> bool:
    """Whether a DataLoader's `dataset` is the data set that it was given."""
    ds = Items(3)
    return getattr(_loader(module, "DataLoader", ds, Passes([[[0]]]), Collate([])), "dataset", None) is ds


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
    loader = _loader(module, kind, ds, Passes([batches]), collate_fn, workers)
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
    left = _threads_left(before)
    ds.error = collate_fn.error = None
    return {"came": came, "raised": raised, "same": same, "later": _pass(loader), "workers": left}


class Thing:
    """Something that can be referred to weakly."""


class Things:
    """A data set that makes a new Thing for each item it is asked for."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[Thing]] = []

    def __len__(self) -> int:
        return CAP

    def __getitem__(self, i: Any) -> Thing:
        _one(i)
        thing = Thing()
        self.made.append(weakref.ref(thing))
        return thing


def what_a_loader_keeps(module: ModuleType, sizes: list[int]) -> list[list[int]]:
    """After each batch of a pass, and after its end: [how many of the batches before are alive, how many of their
    items]; the loop itself keeps only the newest batch. At the end, nothing is kept by it."""
    ds = Things()
    batches: list[weakref.ref[Thing]] = []

    def make(items: Any) -> Thing:
        thing = Thing()
        batches.append(weakref.ref(thing))
        return thing

    loader = _loader(module, "DataLoader", ds, Passes([[list(range(size)) for size in sizes]]), make)
    kept = []
    loop = iter(loader)
    for k in range(len(sizes)):
        batch = next(loop, None)
        kept.append([sum(map(_alive, batches[:k])), sum(map(_alive, ds.made[: sum(sizes[:k])]))])
        del batch
    list(islice(loop, CAP))
    del loop
    kept.append([sum(map(_alive, batches)), sum(map(_alive, ds.made))])
    return kept


# --- get_dls ---------------------------------------------------------------------------------------------------


class Numbers:
    """A data set of the numbers start … start + n - 1, each item being a pair of tensors without dims."""

    def __init__(self, start: int, n: int) -> None:
        self._start = start
        self._n = n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, i: Any) -> tuple[torch.Tensor, torch.Tensor]:
        if not 0 <= _one(i) < self._n:
            raise IndexError(f"there is no item {_one(i)} among {self._n}")
        number = self._start + _one(i)
        return torch.tensor(float(number)), torch.tensor(-number)


def two_loaders(
    module: ModuleType, train: int, valid: int, bs: int, passes: int = 1, collate_fn: bool = True
) -> dict[str, Any]:
    """get_dls on `train` items, numbered from 0, and on `valid` items, numbered from 1000.

    "kind": the class of its result, "parts": how many. With collate_fn a batch is a list of ["collated", numbers …],
    else what collate makes of pairs (number, -number). "train", "valid": batches, pass by pass.
    """
    options = {"collate_fn": lambda batch: ["collated", *(int(x) for x, _ in batch)]} if collate_fn else {}
    dls = _class(module, "get_dls")(Numbers(0, train), Numbers(1000, valid), bs, **options)
    if not isinstance(dls, (tuple, list)) or len(dls) != 2:
        return {"kind": type(dls).__name__, "parts": len(dls) if hasattr(dls, "__len__") else None}
    of_train, of_valid = dls
    return {
        "kind": type(dls).__name__,
        "parts": 2,
        "train": [_pass(of_train) for _ in range(passes)],
        "valid": [_pass(of_valid) for _ in range(passes)],
    }


# --- ParallelDataLoader ----------------------------------------------------------------------------------------


def patiently(module: ModuleType, probe: str, *args: Any, **kwargs: Any) -> Any:
    """What another probe of this file returns or raises; {"waited": seconds} when that takes too long.

    It runs in a thread of its own: a loop that waits for a worker that will never answer waits there.
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = globals()[probe](module, *args, **kwargs)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, name="the loop over the loader", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if "error" in outcome:
        raise outcome["error"]
    return outcome.get("value", {"waited": PATIENCE})


def _threads_left(before: set[threading.Thread], patience: float = 3.0) -> int:
    """How many threads there are that were not there before; those on their way out are waited for."""
    until = time.monotonic() + patience
    while True:
        left = [t for t in threading.enumerate() if t not in before]
        if not left:
            return 0
        if time.monotonic() > until:
            return len(left)
        time.sleep(0.002)


class Slow(Items):
    """Items of which some wait until another one has been asked for, up to `patience` seconds."""

    def __init__(self, n: int, waits: dict[int, int], patience: float) -> None:
        super().__init__(n)
        self._waits = waits
        self._patience = patience
        self._done = [threading.Event() for _ in range(n)]

    def __getitem__(self, i: Any) -> Any:
        number = _one(i)
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
    return _pass(_loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers))


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
    came = _pass(_loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers))
    return {"most": ds.most, "caller": ds.threads.count(threading.get_ident()), "batches": came}


def threads_after(
    module: ModuleType, batches: list[list[int]], taken: int | None, workers: int
) -> dict[str, Any]:
    """How many threads are left after a loop was left with `taken` batches (None: went on to the end), while the
    loader is still there: "left". "came": how many batches it got. "later": the batches of another pass, to its end."""
    before = set(threading.enumerate())
    ds = Items(CAP)
    loader = _loader(module, "ParallelDataLoader", ds, Passes([batches]), Collate(ds.log), workers)
    loop = iter(loader)
    came = len(list(islice(loop, CAP if taken is None else taken)))
    del loop
    left = _threads_left(before, 0.2)
    if left:
        gc.collect()
        left = _threads_left(before)
    return {"left": left, "came": came, "later": _pass(loader)}
