"""How often items come at places, after each other, and in each order: statistics of tables of counts."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
import torch

from grader.suite.statistics.binomial import binomial_false_pass_rate, binomial_limits
from grader.suite.statistics.design import FALSE_FAIL_RATE, FALSE_PASS_RATE, Underpowered
from grader.suite.statistics.orders import Statistic, Words, as_permutations, ordinal
from grader.suite.student import Mismatch


@dataclass(frozen=True)
class Places(Statistic):
    """Test that every item comes at every place equally often, by a χ² over the table place × item.

    In one pass the table is a permutation matrix P. For a uniform permutation the covariance of P[i,v] and P[j,w]
    is (n-1)/n² for the same entry, -1/n² in the same row or column, 1/(n²(n-1)) elsewhere. That is 1/(n-1) times
    C ⊗ C, where C = I - J/n (J all ones) is a projection of rank n-1. So, over K passes, the sum of
    (count - K/n)² divided by K/(n-1) tends to a χ² with (n-1)² degrees of freedom: Pearson's statistic for the
    table, scaled by (n-1)/n. (R. L. Anderson, Use of contingency tables in the analysis of consumer preference
    studies, Biometrics 15, 1959, 582-590.)

    The law is asymptotic. The squared deviation of a Poisson count of mean λ, divided by λ, has the second and third
    cumulants 2 + 1/λ and 8 + 22/λ + 1/λ², where χ² with one degree of freedom has 2 and 8. For counts of mean K/n ≥ 100
    this raises a chance of 1e-10 by a factor below 2 (by the saddle point of the cumulants' series). So half of
    false_fail_rate is used, and such counts are asked for where false_fail_rate is below 1e-4.

    discrepancy: smallest amount by which the probability of some item at some place is wrong (the right one is
                 1/n), the rest of the table making up for it as evenly as it can: the noncentrality is then
                 K·discrepancy²·n²/(n-1).
    """

    discrepancy: float = 0.09

    def __post_init__(self) -> None:
        from scipy.special import chndtr

        if self.false_fail_rate < 1e-4 and self.passes < 100 * self.n:
            raise Underpowered(f"{self}: {self.passes} passes are too few for the χ² law so far out")
        noncentrality = self.passes * self.discrepancy**2 * self.n**2 / (self.n - 1)
        if float(chndtr(self.limit, (self.n - 1) ** 2, noncentrality)) > self.false_pass_rate:
            raise Underpowered(
                f"{self}: a probability that is {self.discrepancy:.3g} off would be missed too often"
            )

    @cached_property
    def limit(self) -> float:
        """The largest value of the scaled χ² that passes."""
        from scipy.special import chdtri

        return float(chdtri((self.n - 1) ** 2, self.false_fail_rate / 2))

    def check_permutations(self, orders: torch.Tensor, *, what: str, words: Words) -> None:
        """Raise Mismatch, naming the place and item that are furthest off, unless all come equally often."""
        at_places = orders.numpy().T
        counts = torch.from_numpy(np.array([np.bincount(items, minlength=self.n) for items in at_places]))
        expected = self.passes / self.n
        statistic = float(((counts - expected) ** 2).sum()) * (self.n - 1) / self.passes
        if statistic <= self.limit:
            return
        row, value = divmod(int((counts - expected).abs().argmax()), self.n)
        event = words.cell.format(value=words.name(value, self.n), row=ordinal(row, self.n))
        raise Mismatch(
            f"{what}: {event} in {int(counts[row, value])} of {self.passes} {words.unit}, expected {expected:.4g}\n"
            f"all such counts together are off by χ² = {statistic:.4g}; "
            f"chance gives {(self.n - 1) ** 2}, and at most {self.limit:.0f}"
        )


@dataclass(frozen=True)
class Neighbours(Statistic):
    """Test that every item follows every other equally often: exact, by the worst of the n(n-1) pairs.

    Item b comes right after item a in (n-1)·(n-2)! of the n! orders: with probability 1/n. Passes being
    independent, the number of passes in which it does is binomial (K, 1/n) exactly. All pairs are looked at, so by
    Bonferroni's inequality each of the 2n(n-1) tails has false_fail_rate/(2n(n-1)). (F. N. David and D. E. Barton,
    Combinatorial Chance, 1962, treat such successions.)

    discrepancy: smallest error that must be caught in the probability that some item follows some other
    """

    discrepancy: float = 0.066

    def __post_init__(self) -> None:
        if (
            binomial_false_pass_rate(self.passes, 1 / self.n, self.discrepancy, self.limits)
            > self.false_pass_rate
        ):
            raise Underpowered(
                f"{self}: a probability that is {self.discrepancy:.3g} off would be missed too often"
            )

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest count of a pair that pass."""
        return binomial_limits(self.passes, 1 / self.n, self.false_fail_rate / (self.n * (self.n - 1)))

    def check_permutations(self, orders: torch.Tensor, *, what: str, words: Words) -> None:
        """Raise Mismatch, naming the worst pair, when an item follows another too often or too seldom."""
        at_places = orders.numpy().T
        pairs = at_places[:-1].astype(np.min_scalar_type(-(self.n**2))) * self.n + at_places[1:]
        counts = torch.from_numpy(np.bincount(pairs.ravel(), minlength=self.n**2)).reshape(self.n, self.n)
        low, high = self.limits
        wrong = (counts < low) | (counts > high)
        wrong.fill_diagonal_(False)  # no item follows itself
        if not bool(wrong.any()):
            return
        off = (counts - self.passes / self.n).abs()
        first, second = divmod(int(off.masked_fill(~wrong, -1).argmax()), self.n)
        event = words.pair.format(first=words.name(first, self.n), second=words.name(second, self.n))
        raise Mismatch(
            f"{what}: {event} in {int(counts[first, second])} of {self.passes} {words.unit}, "
            f"expected {self.passes / self.n:.4g}\nchance gives between {low} and {high} for each pair"
        )


@dataclass(frozen=True)
class EveryOrder:
    """Test that all n! orders of a few items come equally often: exact, by the worst order.

    The number of passes with a given order is binomial (K, 1/n!) exactly; by Bonferroni's inequality each of the 2n!
    tails has false_fail_rate/(2n!). What the five statistics can't see (such as even permutations alone) shows here.

    discrepancy: smallest error that must be caught in the probability of some order
    """

    n: int
    passes: int
    discrepancy: float
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        if (
            binomial_false_pass_rate(self.passes, 1 / math.factorial(self.n), self.discrepancy, self.limits)
            > self.false_pass_rate
        ):
            raise Underpowered(
                f"{self}: a probability that is {self.discrepancy:.3g} off would be missed too often"
            )

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest count of an order that pass."""
        orders = math.factorial(self.n)
        return binomial_limits(self.passes, 1 / orders, self.false_fail_rate / orders)

    def check(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch, naming the worst order, when one comes too often or too seldom."""
        at_places = as_permutations(orders, self.n, self.passes, what).T.tolist()
        rows = Counter(zip(*at_places, strict=True))
        expected = self.passes / math.factorial(self.n)
        worst = max(permutations(range(self.n)), key=lambda order: abs(rows[order] - expected))
        low, high = self.limits
        if not low <= rows[worst] <= high:
            raise Mismatch(
                f"{what}: the order {list(worst)} came in {rows[worst]} of {self.passes} passes, "
                f"expected {expected:.4g}\nchance gives between {low} and {high} for each order"
            )
