"""Statistical tests that say beforehand how often they are wrong.

Each is built once, at the top of a test module, from three numbers: the chance of failing correct work
(`false_fail`), the smallest defect that it must catch, and the chance of missing that (`miss`). Building
it checks them against each other and against the sample size; a test that cannot keep its promise raises
Underpowered when the suite is collected. 500 students × 60 tests × 20 tries are 600 000 verdicts: hence
1e-9 by default.

Never use one inside @given: hypothesis seeds the generators anew for every example.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch

from grader.suite.statistics.design import FALSE_FAIL, MISS, Underpowered
from grader.suite.student import Mismatch


def _chi2_quantile(p: float, df: float, *, upper: bool) -> float:
    from scipy.special import chdtri, gammaincinv  # scipy.stats takes half a second to import

    return float(chdtri(df, p)) if upper else float(2 * gammaincinv(df / 2, p))


def _normal_quantile(p: float) -> float:
    """The z that a standard normal exceeds with probability p."""
    from scipy.special import ndtri

    return -float(ndtri(p))


@dataclass(frozen=True)
class NormalScale:
    """Are n independent normal numbers of mean 0 and the stated std?

    Exact: Σ x²/σ² has a χ² distribution with n degrees of freedom. A wrong mean counts as a wrong scale.

    n:       how many numbers
    defect:  smallest relative error of the std that must be caught, such as 0.05
    """

    n: int
    defect: float
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        low, high = self.bounds
        for factor, side in ((1 + self.defect, "large"), (1 - self.defect, "small")):
            # Σ x²/σ² is factor² times a χ²: where would it have to lie for the defect to be missed?
            edge = (
                _chi2_quantile(self.miss, self.n, upper=False) * factor**2
                if factor > 1
                else _chi2_quantile(self.miss, self.n, upper=True) * factor**2
            )
            if (factor > 1 and edge < high) or (factor < 1 and edge > low):
                raise Underpowered(f"{self}: a std {self.defect:.3g} too {side} would be missed too often")

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Where Σ x²/σ² lies but for a chance of false_fail."""
        half = self.false_fail / 2
        return _chi2_quantile(half, self.n, upper=False), _chi2_quantile(half, self.n, upper=True)

    def check(self, x: torch.Tensor, std: float, *, what: str) -> None:
        """Raise Mismatch, with the std that was measured, when `x` (n numbers) has another scale."""
        _count(x, self.n)
        statistic = float((x.double() ** 2).sum()) / std**2
        low, high = self.bounds
        if not low <= statistic <= high:
            measured = float((x.double() ** 2).mean().sqrt())
            raise Mismatch(
                f"{what}: the root mean square of {self.n} entries is {measured:.5g}, expected {std:.5g}\n"
                f"correct work lies between {std * math.sqrt(low / self.n):.5g} and "
                f"{std * math.sqrt(high / self.n):.5g} (but for one time in {1 / self.false_fail:.0e})"
            )


@dataclass(frozen=True)
class UniformRange:
    """Are n independent numbers uniform on ±bound, as far as their largest magnitude tells?

    Exact: max |x| ≤ bound always, and max |x| < bound·false_fail^(1/n) with probability false_fail.
    A bound that is too small by more than `defect` is caught always, one too large but for a chance of miss.
    Both ends allow for the dtype: a bound may be rounded (to float32, at least), and float16 and bfloat16
    draws lie on a grid whose last point below the bound is up to two eps away from it.
    """

    n: int
    defect: float
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        low = self.false_fail ** (1 / self.n)
        if 1 - self.defect > low:
            raise Underpowered(f"{self}: a bound {self.defect:.3g} too small would pass")
        if (1 / (1 + self.defect)) ** self.n > self.miss:
            raise Underpowered(f"{self}: a bound {self.defect:.3g} too large would be missed too often")

    def check(self, x: torch.Tensor, bound: float, *, what: str) -> None:
        """Raise Mismatch when the largest magnitude in `x` (n numbers) is not that of U(-bound, bound)."""
        _count(x, self.n)
        largest = float(x.double().abs().max())
        eps = max(torch.finfo(x.dtype).eps, torch.finfo(torch.float32).eps)
        if not largest <= bound * (1 + 8 * eps):  # nan is no member of the range
            raise Mismatch(f"{what}: an entry has magnitude {largest:.6g}, but the bound is {bound:.6g}")
        if largest < bound * (self.false_fail ** (1 / self.n) - 2 * eps):
            raise Mismatch(
                f"{what}: the largest of {self.n} magnitudes is {largest:.6g}, so the bound is not {bound:.6g}"
            )


@dataclass(frozen=True)
class Shape:
    """Do n independent numbers, divided by their scale, follow a given distribution function?

    Dvoretzky-Kiefer-Wolfowitz with Massart's constant: sup |F̂ − F| > √(ln(2/α)/2n) has a probability of
    at most α. Two distributions whose functions lie `defect` apart somewhere are told apart but for `miss`.
    Normal and uniform of equal std lie 0.0572 apart: n = 13 000 tells them apart.
    """

    n: int
    defect: float = 0.057
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        if self._reach(self.false_fail) + self._reach(self.miss) > self.defect:
            raise Underpowered(f"{self}: distributions {self.defect} apart would not be told apart")

    def _reach(self, chance: float) -> float:
        return math.sqrt(math.log(2 / chance) / (2 * self.n))

    def check(self, x: torch.Tensor, distribution: str, scale: float, *, what: str) -> None:
        """Raise Mismatch unless `x` (n numbers) looks "normal" with std `scale`, or "uniform" on ±scale."""
        _count(x, self.n)
        values = (x.double().flatten() / scale).sort().values
        uniform = ((values + 1) / 2).clamp(0, 1)
        expected = torch.special.ndtr(values) if distribution == "normal" else uniform
        steps = torch.arange(self.n + 1, dtype=torch.float64) / self.n
        gap = torch.maximum((steps[1:] - expected).abs(), (steps[:-1] - expected).abs())
        worst = int(gap.argmax())
        if not float(gap[worst]) <= self._reach(self.false_fail):  # nan follows no distribution
            raise Mismatch(
                f"{what} has to look {distribution}, but {(worst + 1) / self.n:.1%} of the entries lie below "
                f"{float(values[worst]) * scale:.4g}, expected {float(expected[worst]):.1%}"
            )


@dataclass(frozen=True)
class NoCorrelation:
    """Are two samples of n numbers independent, as far as their correlation tells?

    For independent normal numbers r·√((n−2)/(1−r²)) has Student's t distribution with n − 2 degrees of
    freedom; for large n that is close for any distribution with short tails.

    defect: smallest |correlation| that must be caught
    """

    n: int
    defect: float
    false_fail: float = FALSE_FAIL
    miss: float = MISS

    def __post_init__(self) -> None:
        # Fisher: artanh(r) is normal with std 1/√(n−3) around artanh of the true correlation.
        if math.atanh(self.limit) + _normal_quantile(self.miss) / math.sqrt(self.n - 3) > math.atanh(
            self.defect
        ):
            raise Underpowered(f"{self}: a correlation of {self.defect} would be missed too often")

    @cached_property
    def limit(self) -> float:
        """The largest |r| that is no reason to fail."""
        from scipy.special import stdtrit

        t = -float(stdtrit(self.n - 2, self.false_fail / 2))
        return t / math.sqrt(self.n - 2 + t * t)

    def check(self, x: torch.Tensor, y: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch when `x` and `y` (n numbers each) are correlated."""
        _count(x, self.n)
        _count(y, self.n)
        a, b = x.double().flatten(), y.double().flatten()
        a, b = a - a.mean(), b - b.mean()
        r = float((a @ b) / (a.norm() * b.norm()).clamp_min(1e-300))
        if not abs(r) <= self.limit:  # nan tells nothing
            raise Mismatch(
                f"{what} are correlated: r = {r:.3f} over {self.n} pairs; chance gives at most {self.limit:.3f}"
            )


def _count(x: torch.Tensor, n: int) -> None:
    if x.numel() != n:
        raise Mismatch(f"{n} numbers were asked for, and {x.numel()} came")
