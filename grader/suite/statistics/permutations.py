"""Test that shuffles are uniform over all permutations, and that each pass is independent of the one before.

Five statistics (`EveryOrder` for few items and `Ascents` for very many come on top), each blind to some wrong
shuffles and sharp on others, in the manner of `statistics`: each states its chance of failing correct work, the
smallest discrepancy that it must catch and the chance of passing that, and refuses to be built when the three don't
go together. `Shuffles` runs the five, each with a fifth of the chance.

Orders are an int64 tensor (passes, n): row e holds the items 0 … n-1 in the order of pass e. The default
discrepancies are those that 16 items over 2000 passes can show.

Never use one inside @given: hypothesis seeds the generators anew for every example.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch

from grader.suite.statistics.counts import Neighbours, Places
from grader.suite.statistics.design import FALSE_FAIL_RATE, FALSE_PASS_RATE, PASSES, N, Underpowered
from grader.suite.statistics.means import Cycles, FixedPoints, Inversions
from grader.suite.statistics.orders import ORDERS, STEPS, Statistic, as_permutations
from grader.suite.student import Mismatch


@dataclass(frozen=True)
class Ascents:
    """Test that in one pass over very many items they rise as often as they fall.

    Catches what a few items can't show: sorting by random keys so coarse that many are equal, shuffling in a buffer,
    moving items a little. The number of places where the next item is larger is distributed as a sum of n - 1
    independent variables that are 0 or 1 (the Eulerian polynomials have real roots only: L. Harper, Stirling behavior
    is asymptotically normal, Annals of Mathematical Statistics 38, 1967, 410-414), and its mean is (n - 1) / 2. So
    Hoeffding's inequality (Journal of the ASA 58, 1963, 13-30) holds as it stands, for every n:
    P(|ascents - mean| ≥ t) ≤ 2 exp(-2 t² / (n - 1)).

    discrepancy: smallest deviation of the share of ascents from 1/2 that must be caught, for wrong shuffles that are
                 no more scattered
    """

    n: int
    discrepancy: float
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        reach = math.sqrt(math.log(2 / self.false_pass_rate) * (self.n - 1) / 2)
        if self.discrepancy * (self.n - 1) < self.limit + reach:
            raise Underpowered(f"{self}: {self.n} items can't show so small a deviation")

    @property
    def limit(self) -> float:
        """The largest distance from its mean that the number of ascents may have."""
        return math.sqrt(math.log(2 / self.false_fail_rate) * (self.n - 1) / 2)

    def check(self, order: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch unless `order` (n,) rises about as often as it falls."""
        ascents, expected = int((order[1:] > order[:-1]).sum()), (self.n - 1) / 2
        if abs(ascents - expected) > self.limit:
            raise Mismatch(
                f"{what}: in a pass over {self.n} items, {ascents} of them were followed by one with a larger number, "
                f"expected about {expected:.0f} (give or take {self.limit:.0f})"
            )


@dataclass(frozen=True)
class Shuffles:
    """Test that K passes over n items are uniformly random permutations, independent of each other.

    The five statistics above, each with a fifth of false_fail_rate (Bonferroni). Their own defaults state
    the smallest discrepancies; each passes its own with a chance of at most `false_pass_rate`.

    n, passes: how many items a pass has, and how many passes `check` takes. `check_steps` takes one more.
    """

    n: int = N
    passes: int = PASSES
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE
    _five: tuple[Statistic, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kinds = (Places, Neighbours, Inversions, FixedPoints, Cycles)
        five = tuple(
            kind(
                self.n,
                self.passes,
                false_fail_rate=self.false_fail_rate / len(kinds),
                false_pass_rate=self.false_pass_rate,
            )
            for kind in kinds
        )
        object.__setattr__(self, "_five", five)

    def check(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch unless the rows of `orders` (passes, n) look drawn uniformly from all permutations."""
        orders = as_permutations(orders, self.n, self.passes, what)
        for statistic in self._five:
            statistic.check_permutations(orders, what=what, words=ORDERS)

    def check_steps(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch when the order of a pass depends on that of the one before; orders: (passes + 1, n).

        Let σ map each item to its place. Steps σₑ₊₁∘σₑ⁻¹ map places to places. When all σ are independent and uniform,
        so are the steps: σₑ₊₁, and with it the step, is uniform whatever σ₁ … σₑ (and the steps between them) were.
        So the same five laws hold for them.
        """
        at_places = as_permutations(orders, self.n, self.passes + 1, what).numpy().T
        # Entry [item, pass] of a table (n, passes + 1) stands at this index: flat ones are read twice as fast.
        index = at_places.astype(np.intp) * (self.passes + 1) + np.arange(self.passes + 1)
        places = np.empty(at_places.size, at_places.dtype)
        places[index] = np.arange(self.n)[:, None]
        # At each place of a pass: the place at which that item came in the pass before.
        steps = torch.from_numpy(places[index[:, 1:] - 1].T)
        for statistic in self._five:
            statistic.check_permutations(steps, what=what, words=STEPS)
