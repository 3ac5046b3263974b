"""Orders of items over several passes: read, put into words, and what all tests of them have in common.

Orders are an int64 tensor (passes, n): row e holds the items 0 … n-1 in the order of pass e.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from grader.suite.statistics.design import FALSE_PASS_RATE, PASSES, SHARE, N
from grader.suite.student import Mismatch


@dataclass(frozen=True)
class Words:
    """The words for what the statistics count. `row` is an entry's place in its row, `value` the entry itself.

    items: True when values are items, called by number; False when they are places, called first, second, …
    """

    unit: str
    cell: str
    pair: str
    inversions: str
    fixed_points: str
    cycles: str
    items: bool

    def name(self, value: int, n: int) -> str:
        return str(value) if self.items else ordinal(value, n)


ORDERS = Words(
    unit="passes",
    cell="item {value} came {row}",
    pair="item {second} came right after item {first}",
    inversions="the pairs of items that came in falling order",
    fixed_points="the items that came at the place of their own number",
    cycles="the cycles of the permutation (item at place 0, item at the place of that number, ...)",
    items=True,
)
STEPS = Words(
    unit="steps from one pass to the next",
    cell="what came {value} in one pass came {row} in the next",
    pair="what came {first} in one pass was, in the next, right before what had come {second}",
    inversions="the pairs of items that came the other way round than in the pass before",
    fixed_points="the items that kept their place from one pass to the next",
    cycles="the cycles of the step from one pass to the next",
    items=False,
)


def as_permutations(orders: torch.Tensor, n: int, passes: int, what: str) -> torch.Tensor:
    """Return `orders` (passes, n) for quick counting. Raise Mismatch unless each row holds 0 … n-1 once.

    The returned tensor has the smallest signed integers that hold -n … n-1 (int8 up to 128 items), and its columns are
    contiguous: numpy compares dozens of such numbers at a time, and a warm judge's fork touches few new pages.
    """
    if tuple(orders.shape) != (passes, n):
        raise Mismatch(
            f"{what}: expected {passes} passes over {n} items, got a tensor of shape {tuple(orders.shape)}"
        )
    rows = orders.long().numpy()
    wrong = np.sort(rows, 1) != np.arange(n)
    if wrong.any():
        e = int(wrong.any(1).argmax())
        row = rows[e].tolist()
        missing = next(i for i in range(n) if i not in row)
        raise Mismatch(f"{what}: pass {e} is {row}, in which item {missing} doesn't come")
    return torch.from_numpy(np.ascontiguousarray(rows.T, dtype=np.min_scalar_type(-n)).T)


def ordinal(place: int, n: int) -> str:
    """Return a place counted from 0, in words: first, second, third, 4th, …, last."""
    if place == n - 1:
        return "last"
    return ("first", "second", "third")[place] if place < 3 else f"{place + 1}th"


@dataclass(frozen=True)
class Statistic:
    """A test of the orders of n items over so many passes."""

    n: int = N
    passes: int = PASSES
    discrepancy: float = 0.0
    false_fail_rate: float = SHARE
    false_pass_rate: float = FALSE_PASS_RATE

    def check(self, orders: torch.Tensor, *, what: str, words: Words = ORDERS) -> None:
        """Raise Mismatch unless the rows of `orders` (passes, n) are permutations that look random to this test."""
        self.check_permutations(as_permutations(orders, self.n, self.passes, what), what=what, words=words)

    def check_permutations(self, orders: torch.Tensor, *, what: str, words: Words) -> None:
        """Do the same for orders (passes, n), of signed integers, that are known to be permutations."""
        raise NotImplementedError
