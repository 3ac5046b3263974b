"""Statistical tests that state beforehand how often they are wrong.

Each is built once, at the top of a test module, from three numbers: the chance of failing correct work
(`false_fail_rate`), the smallest discrepancy that it must catch, and the chance of passing that
(`false_pass_rate`). Building
it checks them against each other and against the sample size; a test that cannot keep its promise raises
Underpowered when the suite is collected. 500 students × 60 tests × 20 tries are 600 000 verdicts: hence
1e-9 by default.

Never use one inside @given: hypothesis seeds the generators anew for every example.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import torch

from grader.suite.statistics.design import FALSE_FAIL_RATE, FALSE_PASS_RATE, Underpowered
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
    """Test that n independent normal numbers have mean 0 and the stated std.

    Exact: Σ x²/σ² has a χ² distribution with n degrees of freedom. A wrong mean counts as a wrong scale.

    n:           how many numbers
    discrepancy: smallest relative error of the std that must be caught, such as 0.05
    """

    n: int
    discrepancy: float
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        low, high = self.bounds
        for factor, side in ((1 + self.discrepancy, "large"), (1 - self.discrepancy, "small")):
            # Σ x²/σ² is factor² times a χ²: where would it have to lie for the discrepancy to pass?
            edge = (
                _chi2_quantile(self.false_pass_rate, self.n, upper=False) * factor**2
                if factor > 1
                else _chi2_quantile(self.false_pass_rate, self.n, upper=True) * factor**2
            )
            if (factor > 1 and edge < high) or (factor < 1 and edge > low):
                raise Underpowered(
                    f"{self}: a std {self.discrepancy:.3g} too {side} would be missed too often"
                )

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The interval that Σ x²/σ² leaves with probability false_fail_rate."""
        half = self.false_fail_rate / 2
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
                f"{std * math.sqrt(high / self.n):.5g} (but for one time in {1 / self.false_fail_rate:.0e})"
            )


@dataclass(frozen=True)
class UniformRange:
    """Test that n independent numbers are uniform on ±bound, by their largest magnitude.

    Exact: max |x| ≤ bound always, and max |x| < bound·false_fail_rate^(1/n) with probability false_fail_rate.
    A bound that is too small by more than `discrepancy` is always caught, one too large all but `false_pass_rate`
    of the time.
    Both ends allow for the dtype: a bound may be rounded (to float32, at least), and float16 and bfloat16
    draws lie on a grid whose last point below the bound is up to two eps away from it.
    """

    n: int
    discrepancy: float
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        low = self.false_fail_rate ** (1 / self.n)
        if 1 - self.discrepancy > low:
            raise Underpowered(f"{self}: a bound {self.discrepancy:.3g} too small would pass")
        if (1 / (1 + self.discrepancy)) ** self.n > self.false_pass_rate:
            raise Underpowered(f"{self}: a bound {self.discrepancy:.3g} too large would be missed too often")

    def check(self, x: torch.Tensor, bound: float, *, what: str) -> None:
        """Raise Mismatch when the largest magnitude in `x` (n numbers) is not that of U(-bound, bound)."""
        _count(x, self.n)
        largest = float(x.double().abs().max())
        eps = max(torch.finfo(x.dtype).eps, torch.finfo(torch.float32).eps)
        if not largest <= bound * (1 + 8 * eps):  # nan is no member of the range
            raise Mismatch(f"{what}: an entry has magnitude {largest:.6g}, but the bound is {bound:.6g}")
        if largest < bound * (self.false_fail_rate ** (1 / self.n) - 2 * eps):
            raise Mismatch(
                f"{what}: the largest of {self.n} magnitudes is {largest:.6g}, so the bound is not {bound:.6g}"
            )


@dataclass(frozen=True)
class MatchesCDF:
    """Test that n independent numbers, divided by their scale, follow a given distribution function.

    Dvoretzky-Kiefer-Wolfowitz with Massart's constant: sup |F̂ − F| > √(ln(2/α)/2n) has a probability of
    at most α. Distributions whose functions lie `discrepancy` apart somewhere are
    distinguished all but `false_pass_rate` of the time.
    Normal and uniform of equal std lie 0.0572 apart: n = 13 000 distinguishes them.
    """

    n: int
    discrepancy: float = 0.057
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        if self._reach(self.false_fail_rate) + self._reach(self.false_pass_rate) > self.discrepancy:
            raise Underpowered(f"{self}: distributions {self.discrepancy} apart would not be distinguished")
        _steps(self.n)  # a warm judge makes them once, before it forks

    def _reach(self, chance: float) -> float:
        return math.sqrt(math.log(2 / chance) / (2 * self.n))

    def check(self, x: torch.Tensor, distribution: str, scale: float, *, what: str) -> None:
        """Raise Mismatch unless `x` (n numbers) looks "normal" with std `scale`, or "uniform" on ±scale."""
        _count(x, self.n)
        values = x.detach().double().flatten() / scale
        values.numpy().sort()  # torch's own sort takes ten times as long
        expected = torch.special.ndtr(values) if distribution == "normal" else ((values + 1) / 2).clamp(0, 1)
        steps = _steps(self.n)
        gap = torch.maximum(steps[1:] - expected, expected - steps[:-1])
        worst = int(gap.argmax())
        if not float(gap[worst]) <= self._reach(self.false_fail_rate):  # nan follows no distribution
            # Sorted by torch: numpy's order of 0 and -0, which are equal, would make the text depend on the processor.
            found = float((x.double().flatten() / scale).sort().values[worst]) * scale
            raise Mismatch(
                f"{what} has to look {distribution}, but {(worst + 1) / self.n:.1%} of the entries lie below "
                f"{found:.4g}, expected {float(expected[worst]):.1%}"
            )


@dataclass(frozen=True)
class NoCorrelation:
    """Test that two samples of n numbers are independent, by their correlation.

    For independent normal numbers r·√((n−2)/(1−r²)) has Student's t distribution with n − 2 degrees of
    freedom; for large n that is close for any distribution with short tails.

    discrepancy: smallest |correlation| that must be caught
    """

    n: int
    discrepancy: float
    false_fail_rate: float = FALSE_FAIL_RATE
    false_pass_rate: float = FALSE_PASS_RATE

    def __post_init__(self) -> None:
        # Fisher: artanh(r) is normal with std 1/√(n−3) around artanh of the true correlation.
        if math.atanh(self.limit) + _normal_quantile(self.false_pass_rate) / math.sqrt(
            self.n - 3
        ) > math.atanh(self.discrepancy):
            raise Underpowered(f"{self}: a correlation of {self.discrepancy} would be missed too often")

    @cached_property
    def limit(self) -> float:
        """The largest |r| that passes."""
        from scipy.special import stdtrit

        t = -float(stdtrit(self.n - 2, self.false_fail_rate / 2))
        return t / math.sqrt(self.n - 2 + t * t)

    def check(self, x: torch.Tensor, y: torch.Tensor, *, what: str) -> None:
        """Raise Mismatch when `x` and `y` (n numbers each) are correlated."""
        _count(x, self.n)
        _count(y, self.n)
        a, b = x.double().flatten(), y.double().flatten()
        a, b = a - a.mean(), b - b.mean()
        r = float((a @ b) / (a.norm() * b.norm()).clamp_min(1e-300))
        if not abs(r) <= self.limit:  # nan fails, too
            raise Mismatch(
                f"{what} are correlated: r = {r:.3f} over {self.n} pairs; chance gives at most {self.limit:.3f}"
            )


@cache
def _steps(n: int) -> torch.Tensor:
    """Return the values 0, 1/n, …, 1 of an empirical distribution function: float64 (n + 1,), not to be changed."""
    return torch.arange(n + 1, dtype=torch.float64) / n


def _count(x: torch.Tensor, n: int) -> None:
    if x.numel() != n:
        raise Mismatch(f"expected {n} values, got {x.numel()}")
