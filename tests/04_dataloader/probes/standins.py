"""What surrounds a loader: a data set with a log, a sampler of given indices, a collate_fn that tells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup

from .common import CAP


def item_number(i: Any) -> int:
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
        number = item_number(i)
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


def make_loader(
    module: ModuleType, kind: str, ds: Any, sampler: Any, collate_fn: Any, workers: int | None = None
) -> Any:
    if kind == "ParallelDataLoader":
        return lookup(module, kind)(ds, sampler, collate_fn, 2 if workers is None else workers)
    return lookup(module, kind)(ds, sampler, collate_fn=collate_fn)
