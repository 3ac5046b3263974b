"""DataLoader, and what ParallelDataLoader has in common with it; get_dls."""

from __future__ import annotations

import weakref
from itertools import islice
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup

from .common import CAP, alive, one_pass, walk
from .standins import Collate, Items, Passes, item_number, make_loader


def loaded(
    module: ModuleType,
    kind: str,
    passes: list[list[list[int]]],
    answers: list[Any] | None = None,
    workers: int | None = None,
) -> list[list[Any]]:
    """What a loader yields, pass by pass. The sampler has other batches in each pass, where passes says so."""
    ds = Items(CAP)
    loader = make_loader(module, kind, ds, Passes(passes), Collate(ds.log, answers), workers)
    return [one_pass(loader) for _ in passes]


def lists(module: ModuleType, kind: str, batches: list[list[int]]) -> list[Any]:
    """What a loader has yielded by the end of a pass, collate_fn handing on the very list that it is given."""
    ds = list(range(CAP))
    return one_pass(make_loader(module, kind, ds, Passes([batches]), lambda batch: batch, None))


def story(module: ModuleType, batches: list[list[int]], passes: int) -> list[Any]:
    """What happens around a DataLoader, in order: ["made"], ["begun"] when a loop has begun, ["ask"] before it asks for
    a batch, ["came"] after it came, ["ended"] at the end of a pass, and in between ["item", number] and
    ["collate", …]."""
    ds = Items(CAP)
    log = ds.log
    loader = make_loader(module, "DataLoader", ds, Passes([batches]), Collate(log))
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
    loader = make_loader(module, kind, ds, Passes(passes), Collate(ds.log))
    return walk(loader, script, lambda given: given[1] if isinstance(given, list) else given)


def load_two(module: ModuleType, one: list[list[int]], two: list[list[int]]) -> list[list[Any]]:
    """What two DataLoaders yield that were both made before; their collate_fns put "one" or "two" before the items."""
    a, b = (
        make_loader(
            module, "DataLoader", Items(CAP), Passes([batches]), lambda batch, name=name: [name, *batch]
        )
        for name, batches in (("one", one), ("two", two))
    )
    return [one_pass(a), one_pass(b)]


def load_with_own_collate(
    module: ModuleType, x: torch.Tensor, y: torch.Tensor, batches: list[list[int]]
) -> Any:
    """What DataLoader(ds, sampler) yields, without a collate_fn; the items are pairs of tensors (x[i], y[i])."""
    ds = [(x[i], y[i]) for i in range(len(x))]
    return one_pass(lookup(module, "DataLoader")(ds, [torch.tensor(b, dtype=torch.int64) for b in batches]))


def length_of_a_loader(module: ModuleType, kind: str, length: int) -> Any:
    """The length of a loader whose sampler's is `length`."""
    loader = make_loader(module, kind, Items(3), Passes([[[0]]], length), Collate([]))
    return loader.__len__()


def keeps_its_dataset(module: ModuleType) -> bool:
    """Whether a DataLoader's `dataset` is the data set that it was given."""
    ds = Items(3)
    return getattr(make_loader(module, "DataLoader", ds, Passes([[[0]]]), Collate([])), "dataset", None) is ds


class Readings:
    """A data set that answers anew each time: (index, number of the reading)."""

    def __init__(self) -> None:
        self._n = 0

    def __len__(self) -> int:
        return CAP

    def __getitem__(self, i: Any) -> tuple[int, int]:
        self._n += 1
        return item_number(i), self._n


def read_anew(module: ModuleType, indices: list[int]) -> list[Any]:
    """The one batch of these indices, from a data set that answers anew each time, as a list of its answers."""
    (batch,) = lookup(module, "DataLoader")(Readings(), [torch.tensor(indices)], collate_fn=list)
    return [list(item) for item in batch]


class Thing:
    """Something that can be referred to weakly."""


class Things:
    """A data set that makes a new Thing for each item it is asked for."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[Thing]] = []

    def __len__(self) -> int:
        return CAP

    def __getitem__(self, i: Any) -> Thing:
        item_number(i)
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

    loader = make_loader(module, "DataLoader", ds, Passes([[list(range(size)) for size in sizes]]), make)
    kept = []
    loop = iter(loader)
    for k in range(len(sizes)):
        batch = next(loop, None)
        kept.append([sum(map(alive, batches[:k])), sum(map(alive, ds.made[: sum(sizes[:k])]))])
        del batch
    list(islice(loop, CAP))
    del loop
    kept.append([sum(map(alive, batches)), sum(map(alive, ds.made))])
    return kept


class Numbers:
    """A data set of the numbers start … start + n - 1, each item being a pair of tensors without dims."""

    def __init__(self, start: int, n: int) -> None:
        self._start = start
        self._n = n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, i: Any) -> tuple[torch.Tensor, torch.Tensor]:
        if not 0 <= item_number(i) < self._n:
            raise IndexError(f"there is no item {item_number(i)} among {self._n}")
        number = self._start + item_number(i)
        return torch.tensor(float(number)), torch.tensor(-number)


def two_loaders(
    module: ModuleType, train: int, valid: int, bs: int, passes: int = 1, collate_fn: bool = True
) -> dict[str, Any]:
    """get_dls on `train` items, numbered from 0, and on `valid` items, numbered from 1000.

    "kind": the class of its result, "parts": how many. With collate_fn a batch is a list of ["collated", numbers …],
    else what collate makes of pairs (number, -number). "train", "valid": batches, pass by pass.
    """
    options = {"collate_fn": lambda batch: ["collated", *(int(x) for x, _ in batch)]} if collate_fn else {}
    dls = lookup(module, "get_dls")(Numbers(0, train), Numbers(1000, valid), bs, **options)
    if not isinstance(dls, (tuple, list)) or len(dls) != 2:
        return {"kind": type(dls).__name__, "parts": len(dls) if hasattr(dls, "__len__") else None}
    of_train, of_valid = dls
    return {
        "kind": type(dls).__name__,
        "parts": 2,
        "train": [one_pass(of_train) for _ in range(passes)],
        "valid": [one_pass(of_valid) for _ in range(passes)],
    }
