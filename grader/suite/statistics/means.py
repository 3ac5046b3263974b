"""Inversions, fixed points and cycles of permutations, on average over many passes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from grader.suite.statistics.binomial import limits_of_total, moments, sum_of
from grader.suite.statistics.design import Underpowered
from grader.suite.statistics.orders import Statistic, Words
from grader.suite.student import Mismatch


@dataclass(frozen=True)
class MeanOverPasses(Statistic):
    """Test the mean over K passes of a whole number whose law for one uniform permutation is known.

    Exact: the total over K independent passes has the K-fold convolution of that law, whose generating function is
    the K-th power of the law's own. It is inverted at the roots of unity, by a Fourier transform that is long
    enough for all totals. Each tail has half of false_fail_rate.

    discrepancy: smallest shift of the mean that must be caught, assuming that wrong work has the law's variance
    """

    def __post_init__(self) -> None:
        from scipy.special import ndtri

        low, high = self.limits
        mean, std = moments(self.law())
        spread = -float(ndtri(self.false_pass_rate)) * std * math.sqrt(self.passes)
        reach = max(high - self.passes * mean, self.passes * mean - low) + spread
        if reach > self.discrepancy * self.passes:
            raise Underpowered(f"{self}: a mean that is {self.discrepancy:.3g} off would be missed too often")

    def law(self) -> NDArray[np.float64]:
        """Return the probabilities of 0, 1, 2, … in one pass."""
        raise NotImplementedError

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        """Return the count for each row of orders (K, n), signed integers: int64 (K,)."""
        raise NotImplementedError

    def event(self, words: Words) -> str:
        """Return what is counted, in words."""
        raise NotImplementedError

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest total that pass."""
        return _limits(tuple(self.law()), self.passes, self.false_fail_rate)

    def check_permutations(self, orders: torch.Tensor, *, what: str, words: Words) -> None:
        """Raise Mismatch, with the mean that was found, when it is not that of uniform permutations."""
        total = int(self.numbers(orders).sum())
        low, high = self.limits
        if low <= total <= high:
            return
        k = self.passes
        raise Mismatch(
            f"{what}: {self.event(words)} are {total / k:.4g} on average over {k} {words.unit}, "
            f"expected {moments(self.law())[0]:.4g}\nchance gives between {low / k:.4g} and {high / k:.4g}"
        )


@dataclass(frozen=True)
class Inversions(MeanOverPasses):
    """Count which of the n(n-1)/2 pairs come with the larger item first.

    Put the items in one by one, 0, 1, 2, …: item j has 0 … j smaller ones to its right, each number equally likely and
    independent of what came before. So the number of inversions is a sum of independent uniform numbers on 0 … j for
    j < n; its mean is n(n-1)/4, its variance n(n-1)(2n+5)/72. (O. Rodrigues, Note sur les inversions, Journal de
    mathématiques pures et appliquées 4, 1839; D. E. Knuth, The Art of Computer Programming 3, 5.1.1.)
    """

    discrepancy: float = 2.5

    def law(self) -> NDArray[np.float64]:
        return sum_of([[1 / (j + 1)] * (j + 1) for j in range(self.n)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        at_places = orders.numpy().T
        larger = np.zeros_like(at_places)  # [i, e]: how many larger items pass e has before place i
        for distance in range(1, self.n):
            larger[distance:] += at_places[:-distance] > at_places[distance:]
        return torch.from_numpy(larger.sum(0))

    def event(self, words: Words) -> str:
        return words.inversions


@dataclass(frozen=True)
class FixedPoints(MeanOverPasses):
    """Count the items that come at the place of their own number.

    k of n items can be fixed in C(n, k) ways, while the others are deranged in D(n-k) ways, D(m) = m! Σ (-1)^i / i!:
    the probability of k fixed points is D(n-k) / (k! (n-k)!). Mean and variance are 1. (P. R. de Montmort, Essay
    d'analyse sur les jeux de hazard, 1708; W. Feller, An Introduction to Probability Theory and Its Applications 1,
    IV.4.)
    """

    discrepancy: float = 0.25

    def law(self) -> NDArray[np.float64]:
        deranged = np.cumsum([(-1.0) ** i / math.factorial(i) for i in range(self.n + 1)])  # D(m) / m!
        return np.array([deranged[self.n - k] / math.factorial(k) for k in range(self.n + 1)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        return _fixed(orders.numpy().T)

    def event(self, words: Words) -> str:
        return words.fixed_points


@dataclass(frozen=True)
class Cycles(MeanOverPasses):
    """Count the cycles of the permutation.

    Follow the cycle of item 0, then that of the smallest item not met yet, and so on. When j items have no successor
    yet, the current cycle closes with probability 1/j, whatever came before. So the number of cycles is a sum of
    independent numbers that are 1 with probability 1/j, for j = 1 … n; its mean is 1 + 1/2 + … + 1/n. (W. Feller, The
    fundamental limit theorems in probability, Bulletin of the AMS 51, 1945, 800-832; Knuth 1, 1.3.3.)
    """

    discrepancy: float = 0.31

    def law(self) -> NDArray[np.float64]:
        return sum_of([[1 - 1 / j, 1 / j] for j in range(1, self.n + 1)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        """Take the items out, the largest first: its predecessor gets its successor. A cycle's last item has itself."""
        successors = orders.numpy().T.copy()
        for item in reversed(range(self.n)):
            smaller = successors[:item]
            smaller += (smaller == item) * (successors[item] - item)
        return _fixed(successors)

    def event(self, words: Words) -> str:
        return words.cycles


def _fixed(at_places: NDArray[np.signedinteger]) -> torch.Tensor:
    """Return how many entries of each column (n, K) are their own row's number: int64 (K,)."""
    places = np.arange(len(at_places), dtype=at_places.dtype)
    return torch.from_numpy((at_places == places[:, None]).sum(0))


@cache
def _limits(law: tuple[float, ...], times: int, chance: float) -> tuple[int, int]:
    """Do the same as `limits_of_total`, once: 16 items over 2000 passes take 40 ms."""
    return limits_of_total(np.array(law), times, chance)
