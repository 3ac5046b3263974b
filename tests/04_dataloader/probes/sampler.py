"""Sampler."""

from __future__ import annotations

import random
import weakref
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
import torch

from grader.box.names import lookup

from .common import CAP, alive, one_pass, plain_numbers, walk


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
    return lookup(module, "Sampler")(Sized(n), bs, **options)


def sampled(module: ModuleType, n: int, bs: int, passes: int = 1, **options: Any) -> list[list[Any]]:
    """What so many passes of one Sampler yield, as it comes."""
    sampler = _sampler(module, n, bs, options)
    return [one_pass(sampler) for _ in range(passes)]


def length_of_sampler(module: ModuleType, n: int, bs: int, **options: Any) -> list[Any]:
    """[len(Sampler), whether len() takes it for a whole number, how many batches a pass yields]."""
    sampler = _sampler(module, n, bs, options)
    length = sampler.__len__()  # len() would hide what it is
    return [length, hasattr(length, "__index__"), len(one_pass(sampler))]


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
        row = [i for batch in islice(iter(sampler), CAP) for i in plain_numbers(batch)]
        if len(row) != n or not all(isinstance(i, int) for i in row):
            return row
        rows.append(row)
    return torch.tensor(rows, dtype=torch.int64)


def orders_as_asked(
    module: ModuleType, n: int, bs: int, passes: int, options: dict[str, Any]
) -> list[list[Any]]:
    """The orders of so many passes of Sampler(ds, bs, **options), batches joined."""
    sampler = _sampler(module, n, bs, options)
    return [[i for batch in one_pass(sampler) for i in plain_numbers(batch)] for _ in range(passes)]


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
        result.append([i for batch in one_pass(sampler) for i in plain_numbers(batch)])
    return result


def generator_moves(module: ModuleType, n: int, bs: int) -> bool:
    """Whether a shuffled pass leaves torch's generator in another state."""
    sampler = _sampler(module, n, bs, {"shuffle": True})
    before = torch.get_rng_state()
    one_pass(sampler)
    return not torch.equal(before, torch.get_rng_state())


def walk_samplers(
    module: ModuleType, n: int, bs: int, script: list[int], shuffle: bool
) -> list[list[list[int]]]:
    """What each of two loops over one Sampler gets, as batches of numbers.

    script: which loop takes its next batch; a loop begins when it is first named. At the end 0 and then 1 go on
    until they are through.
    """
    sampler = _sampler(module, n, bs, {"shuffle": True} if shuffle else {})
    return walk(sampler, script, plain_numbers)


def abandon_and_start_again(
    module: ModuleType, n: int, bs: int, taken: int, shuffle: bool
) -> list[list[int]]:
    """The batches of a pass that follows one which was left after `taken` batches."""
    sampler = _sampler(module, n, bs, {"shuffle": True} if shuffle else {})
    left = list(islice(iter(sampler), taken))
    del left
    return [plain_numbers(batch) for batch in one_pass(sampler)]


def what_a_sampler_keeps(module: ModuleType, n: int, bs: int, shuffle: bool) -> dict[str, Any]:
    """Whether the data set is still alive when only the Sampler is left: "at rest", and "in a pass". And "asked": the
    items that were asked for."""
    ds = Sized(n)
    asked, data = ds.asked, weakref.ref(ds)
    sampler = lookup(module, "Sampler")(ds, bs, **({"shuffle": True} if shuffle else {}))
    del ds
    at_rest = alive(data)
    loop = iter(sampler)
    next(loop, None)
    return {"at rest": at_rest, "in a pass": alive(data), "asked": asked}
