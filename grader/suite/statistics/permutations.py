"""Are shuffles uniform over all permutations, and is each pass independent of the one before?

Five statistics (a sixth for few items, a seventh for very many), each blind to some wrong shuffles and sharp on
others, in the manner of `statistics`: each declares its chance of failing correct work, the smallest defect that
it must catch and the chance of missing that, and refuses to be built when the three don't go together. `Shuffles`
runs the five, each with a fifth of the chance.

Orders come as an int64 tensor (passes, n): row e holds the items 0 … n-1 in the order of pass e. The default
defects are those that 16 items over 2000 passes can show.

Never use one inside @given: hypothesis seeds the generators anew for every example.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

import numpy as np
import torch
from numpy.typing import NDArray

from grader.suite.statistics.binomial import binomial_limits, binomial_miss, limits_of_total, moments, sum_of
from grader.suite.statistics.design import FALSE_FAIL, MISS, Underpowered
from grader.suite.student import Mismatch

N, PASSES = 16, 2000
SHARE = FALSE_FAIL / 5


@dataclass(frozen=True)
class Words:
    """How the statistics speak of what they count. `row` and `value` are an entry's place in its row, and itself."""

    unit: str
    cell: str
    pair: str
    inversions: str
    fixed_points: str
    cycles: str
    items: bool  # whether values are items, called by number, or places, called first, second, ...

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


@dataclass(frozen=True)
class Places:
    """Does every item come at every place equally often? A χ² over the table place × item.

    In one pass the table is a permutation matrix P. For a uniform permutation the covariance of P[i,v] and P[j,w]
    is (n-1)/n² for the same entry, -1/n² in the same row or column, 1/(n²(n-1)) elsewhere. That is 1/(n-1) times
    C ⊗ C, where C = I - J/n (J all ones) is a projection of rank n-1. So, over K passes, the sum of
    (count - K/n)² divided by K/(n-1) tends to a χ² with (n-1)² degrees of freedom: Pearson's statistic for the
    table, scaled by (n-1)/n. (R. L. Anderson, Use of contingency tables in the analysis of consumer preference
    studies, Biometrics 15, 1959, 582-590.)

    The law is asymptotic. The squared deviation of a Poisson count of mean λ, divided by λ, has the second and third
    cumulants 2 + 1/λ and 8 + 22/λ + 1/λ², where χ² with one degree of freedom has 2 and 8. For counts of mean K/n ≥ 100
    this raises a chance of 1e-10 by a factor below 2 (by the saddle point of the cumulants' series). So half of
    false_fail is used, and such counts are asked for where false_fail is below 1e-4.

    defect: smallest amount by which the probability of some item at some place is wrong (the right one is 1/n), the
            rest of the table making up for it as evenly as it can: K·defect²·n²/(n-1) is then the noncentrality.
    """

    n: int = N
    passes: int = PASSES
    defect: float = 0.09
    false_fail: float = SHARE
    miss: float = MISS

    def __post_init__(self) -> None:
        from scipy.special import chndtr

        if self.false_fail < 1e-4 and self.passes < 100 * self.n:
            raise Underpowered(f"{self}: {self.passes} passes are too few for the χ² law so far out")
        noncentrality = self.passes * self.defect**2 * self.n**2 / (self.n - 1)
        if float(chndtr(self.limit, (self.n - 1) ** 2, noncentrality)) > self.miss:
            raise Underpowered(
                f"{self}: a probability that is {self.defect:.3g} off would be missed too often"
            )

    @cached_property
    def limit(self) -> float:
        """The largest value of the scaled χ² that is no reason to fail."""
        from scipy.special import chdtri

        return float(chdtri((self.n - 1) ** 2, self.false_fail / 2))

    def check(self, orders: torch.Tensor, *, what: str, words: Words = ORDERS) -> None:
        """Raise Mismatch, naming the place and item that are furthest off, unless all come equally often."""
        orders = as_permutations(orders, self.n, self.passes, what)
        cells = torch.arange(self.n) * self.n + orders
        counts = torch.bincount(cells.flatten(), minlength=self.n**2).reshape(self.n, self.n)
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
class Neighbours:
    """Does every item follow every other equally often? Exact, by the worst of the n(n-1) pairs.

    Item b comes right after item a in (n-1)·(n-2)! of the n! orders: with probability 1/n. Passes being
    independent, the number of passes in which it does is binomial (K, 1/n) exactly. All pairs are looked at, so by
    Bonferroni's inequality each of the 2n(n-1) tails has false_fail/(2n(n-1)). (F. N. David and D. E. Barton,
    Combinatorial Chance, 1962, treat such successions.)

    defect: smallest amount by which the probability that some item follows some other may be wrong unseen
    """

    n: int = N
    passes: int = PASSES
    defect: float = 0.066
    false_fail: float = SHARE
    miss: float = MISS

    def __post_init__(self) -> None:
        if binomial_miss(self.passes, 1 / self.n, self.defect, self.limits) > self.miss:
            raise Underpowered(
                f"{self}: a probability that is {self.defect:.3g} off would be missed too often"
            )

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest count of a pair that are no reason to fail."""
        return binomial_limits(self.passes, 1 / self.n, self.false_fail / (self.n * (self.n - 1)))

    def check(self, orders: torch.Tensor, *, what: str, words: Words = ORDERS) -> None:
        """Raise Mismatch, naming the worst pair, when an item follows another too often or too seldom."""
        orders = as_permutations(orders, self.n, self.passes, what)
        pairs = orders[:, :-1] * self.n + orders[:, 1:]
        counts = torch.bincount(pairs.flatten(), minlength=self.n**2).reshape(self.n, self.n)
        low, high = self.limits
        off = (counts - self.passes / self.n).abs()
        wrong = (counts < low) | (counts > high)
        wrong.fill_diagonal_(False)  # no item follows itself
        if not bool(wrong.any()):
            return
        first, second = divmod(int(off.masked_fill(~wrong, -1).argmax()), self.n)
        event = words.pair.format(first=words.name(first, self.n), second=words.name(second, self.n))
        raise Mismatch(
            f"{what}: {event} in {int(counts[first, second])} of {self.passes} {words.unit}, "
            f"expected {self.passes / self.n:.4g}\nchance gives between {low} and {high} for each pair"
        )


@dataclass(frozen=True)
class EveryOrder:
    """Does every one of the n! orders come equally often? For few items. Exact, by the worst order.

    The number of passes with a given order is binomial (K, 1/n!) exactly; by Bonferroni's inequality each of the 2n!
    tails has false_fail/(2n!). What the five statistics can't see (such as even permutations alone) shows here.

    defect: smallest amount by which the probability of some order may be wrong unseen
    """

    n: int
    passes: int
    defect: float
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        if binomial_miss(self.passes, 1 / math.factorial(self.n), self.defect, self.limits) > self.miss:
            raise Underpowered(
                f"{self}: a probability that is {self.defect:.3g} off would be missed too often"
            )

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest count of an order that are no reason to fail."""
        orders = math.factorial(self.n)
        return binomial_limits(self.passes, 1 / orders, self.false_fail / orders)

    def check(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch, naming the worst order, when one comes too often or too seldom."""
        rows = Counter(map(tuple, as_permutations(orders, self.n, self.passes, what).tolist()))
        expected = self.passes / math.factorial(self.n)
        worst = max(permutations(range(self.n)), key=lambda order: abs(rows[order] - expected))
        low, high = self.limits
        if not low <= rows[worst] <= high:
            raise Mismatch(
                f"{what}: the order {list(worst)} came in {rows[worst]} of {self.passes} passes, "
                f"expected {expected:.4g}\nchance gives between {low} and {high} for each order"
            )


@dataclass(frozen=True)
class _Mean:
    """Is the mean over K passes of a whole number, whose law for one uniform permutation is known, as it should be?

    Exact: the total over K independent passes has the K-fold convolution of that law, whose generating function is
    the K-th power of the law's own. It is inverted at the roots of unity, by a Fourier transform that is long
    enough for all totals. Each tail has half of false_fail.

    defect: smallest shift of the mean that must be caught, the law's variance being taken for the wrong one's.
    """

    n: int = N
    passes: int = PASSES
    defect: float = 0.0
    false_fail: float = SHARE
    miss: float = MISS

    def __post_init__(self) -> None:
        from scipy.special import ndtri

        low, high = self.limits
        mean, std = moments(self.law())
        spread = -float(ndtri(self.miss)) * std * math.sqrt(self.passes)
        reach = max(high - self.passes * mean, self.passes * mean - low) + spread
        if reach > self.defect * self.passes:
            raise Underpowered(f"{self}: a mean that is {self.defect:.3g} off would be missed too often")

    def law(self) -> NDArray[np.float64]:
        """Probabilities of 0, 1, 2, … in one pass."""
        raise NotImplementedError

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        """What is counted, for each row of orders (K, n): int64 (K,)."""
        raise NotImplementedError

    def event(self, words: Words) -> str:
        """What is counted, in words."""
        raise NotImplementedError

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest total that are no reason to fail."""
        return limits_of_total(self.law(), self.passes, self.false_fail)

    def check(self, orders: torch.Tensor, *, what: str, words: Words = ORDERS) -> None:
        """Raise Mismatch, with the mean that was found, when it is not that of uniform permutations."""
        orders = as_permutations(orders, self.n, self.passes, what)
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
class Inversions(_Mean):
    """How many of the n(n-1)/2 pairs come with the larger item first?

    Put the items in one by one, 0, 1, 2, …: item j has 0 … j smaller ones to its right, each number equally likely and
    independent of what came before. So the number of inversions is a sum of independent uniform numbers on 0 … j for
    j < n; its mean is n(n-1)/4, its variance n(n-1)(2n+5)/72. (O. Rodrigues, Note sur les inversions, Journal de
    mathématiques pures et appliquées 4, 1839; D. E. Knuth, The Art of Computer Programming 3, 5.1.1.)
    """

    defect: float = 2.5

    def law(self) -> NDArray[np.float64]:
        return sum_of([[1 / (j + 1)] * (j + 1) for j in range(self.n)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        falling = orders[:, :, None] > orders[:, None, :]
        return torch.triu(falling, diagonal=1).sum((1, 2))

    def event(self, words: Words) -> str:
        return words.inversions


@dataclass(frozen=True)
class FixedPoints(_Mean):
    """How many items come at the place of their own number?

    k of n items can be fixed in C(n, k) ways, while the others are deranged in D(n-k) ways, D(m) = m! Σ (-1)^i / i!:
    the probability of k fixed points is D(n-k) / (k! (n-k)!). Mean and variance are 1. (P. R. de Montmort, Essay
    d'analyse sur les jeux de hazard, 1708; W. Feller, An Introduction to Probability Theory and Its Applications 1,
    IV.4.)
    """

    defect: float = 0.25

    def law(self) -> NDArray[np.float64]:
        deranged = np.cumsum([(-1.0) ** i / math.factorial(i) for i in range(self.n + 1)])  # D(m) / m!
        return np.array([deranged[self.n - k] / math.factorial(k) for k in range(self.n + 1)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        return (orders == torch.arange(self.n)).sum(1)

    def event(self, words: Words) -> str:
        return words.fixed_points


@dataclass(frozen=True)
class Cycles(_Mean):
    """Of how many cycles does the permutation consist?

    Follow the cycle of item 0, then that of the smallest item not met yet, and so on. When j items have no successor
    yet, the current cycle closes with probability 1/j, whatever came before. So the number of cycles is a sum of
    independent numbers that are 1 with probability 1/j, for j = 1 … n; its mean is 1 + 1/2 + … + 1/n. (W. Feller, The
    fundamental limit theorems in probability, Bulletin of the AMS 51, 1945, 800-832; Knuth 1, 1.3.3.)
    """

    defect: float = 0.31

    def law(self) -> NDArray[np.float64]:
        return sum_of([[1 - 1 / j, 1 / j] for j in range(1, self.n + 1)])

    def numbers(self, orders: torch.Tensor) -> torch.Tensor:
        """A cycle has one smallest item. Walks of 1, 2, 4, … steps find the smallest one that each item leads to."""
        smallest = torch.arange(self.n).expand_as(orders)
        jump = orders
        for _ in range(max(self.n - 1, 1).bit_length()):
            smallest = torch.minimum(smallest, smallest.gather(1, jump))
            jump = jump.gather(1, jump)
        return (smallest == torch.arange(self.n)).sum(1)

    def event(self, words: Words) -> str:
        return words.cycles


@dataclass(frozen=True)
class Ascents:
    """In one pass over very many items: do items come in rising order as often as in falling order?

    Catches what a few items can't show: sorting by random keys so coarse that many are equal, shuffling in a buffer,
    moving items a little. The number of places where the next item is larger is distributed as a sum of n - 1
    independent variables that are 0 or 1 (the Eulerian polynomials have real roots only: L. Harper, Stirling behavior
    is asymptotically normal, Annals of Mathematical Statistics 38, 1967, 410-414), and its mean is (n - 1) / 2. So
    Hoeffding's inequality (Journal of the ASA 58, 1963, 13-30) holds as it stands, for every n:
    P(|ascents - mean| ≥ t) ≤ 2 exp(-2 t² / (n - 1)).

    defect: the smallest deviation of the share of ascents from 1/2, for wrong shuffles that are as little scattered
    """

    n: int
    defect: float
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        reach = math.sqrt(math.log(2 / self.miss) * (self.n - 1) / 2)
        if self.defect * (self.n - 1) < self.limit + reach:
            raise Underpowered(f"{self}: {self.n} items can't show so small a deviation")

    @property
    def limit(self) -> float:
        """How far the number of ascents may be from its mean."""
        return math.sqrt(math.log(2 / self.false_fail) * (self.n - 1) / 2)

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
    """Are K passes over n items uniformly random permutations, independent of each other?

    The five statistics above, each with a fifth of false_fail (Bonferroni). Their own defaults say what the smallest
    defects are; each misses its own with a chance of at most `miss`.

    n, passes: how many items a pass has, and how many passes `check` is given. `check_steps` wants one more.
    """

    n: int = N
    passes: int = PASSES
    false_fail: float = FALSE_FAIL
    miss: float = MISS
    _five: tuple[Places | Neighbours | _Mean, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kinds = (Places, Neighbours, Inversions, FixedPoints, Cycles)
        five = tuple(
            kind(self.n, self.passes, false_fail=self.false_fail / len(kinds), miss=self.miss)
            for kind in kinds
        )
        object.__setattr__(self, "_five", five)

    def check(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch unless the rows of `orders` (passes, n) look drawn uniformly from all permutations."""
        for statistic in self._five:
            statistic.check(orders, what=what)

    def check_steps(self, orders: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch when the order of a pass depends on that of the one before; orders: (passes + 1, n).

        Let σ map each item to its place. Steps σₑ₊₁∘σₑ⁻¹ map places to places. When all σ are independent and uniform,
        so are the steps: σₑ₊₁, and with it the step, is uniform whatever σ₁ … σₑ (and the steps between them) were.
        Hence the same five laws hold of them.
        """
        orders = as_permutations(orders, self.n, self.passes + 1, what)
        # At each place of a pass: the place at which that item came in the pass before.
        steps = orders[:-1].argsort(1).gather(1, orders[1:])
        for statistic in self._five:
            statistic.check(steps, what=what, words=STEPS)


def as_permutations(orders: torch.Tensor, n: int, passes: int, what: str) -> torch.Tensor:
    """`orders` as int64, when each of its `passes` rows holds 0 … n-1 once. Raises Mismatch."""
    if tuple(orders.shape) != (passes, n):
        raise Mismatch(
            f"{what}: {passes} passes over {n} items were asked for, and {tuple(orders.shape)} came"
        )
    orders = orders.long()
    wrong = (orders.sort(1).values != torch.arange(n)).any(1)
    if bool(wrong.any()):
        e = int(wrong.nonzero()[0])
        row = orders[e].tolist()
        missing = next(i for i in range(n) if i not in row)
        raise Mismatch(f"{what}: pass {e} is {row}, in which item {missing} doesn't come")
    return orders


def ordinal(place: int, n: int) -> str:
    """A place counted from 0, in words: first, second, third, 4th, …, last."""
    if place == n - 1:
        return "last"
    return ("first", "second", "third")[place] if place < 3 else f"{place + 1}th"
