"""The statistical tests keep the promises they make: simulated, and refused where they can't."""

from __future__ import annotations

import math

import pytest
import torch

from grader.suite import Mismatch
from grader.suite.statistics import MatchesCDF, NoCorrelation, NormalScale, Underpowered, UniformRange

N = 10_000


def normal(seed: int, n: int = N) -> torch.Tensor:
    return torch.randn(n, generator=torch.Generator().manual_seed(seed))


def uniform(seed: int, n: int = N) -> torch.Tensor:
    return torch.rand(n, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.mark.parametrize(
    "build",
    [
        lambda: NormalScale(1000, 0.05),
        lambda: UniformRange(1000, 0.001),
        lambda: MatchesCDF(5000, 0.057),
        lambda: NoCorrelation(500, 0.05),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(build) -> None:
    with pytest.raises(Underpowered):
        build()


def test_correct_work_passes_three_hundred_times() -> None:
    scale, bound, shape = NormalScale(N, 0.067), UniformRange(N, 0.0021), MatchesCDF(13_000)
    independent = NoCorrelation(N, 0.1)
    for seed in range(300):
        scale.check(normal(seed) * 0.3, 0.3, what="w")
        bound.check(uniform(seed) * 0.3, 0.3, what="w")
        shape.check(normal(seed, 13_000) * 2, "normal", 2.0, what="w")
        shape.check(uniform(seed, 13_000) * 2, "uniform", 2.0, what="w")
        independent.check(normal(seed), normal(seed + 1000), what="w")


def test_the_smallest_defect_is_caught_three_hundred_times() -> None:
    scale, bound, shape = NormalScale(N, 0.067), UniformRange(N, 0.0021), MatchesCDF(13_000)
    independent = NoCorrelation(N, 0.1)
    for seed in range(300):
        for factor in (1.067, 1 - 0.067):
            with pytest.raises(Mismatch):
                scale.check(normal(seed) * factor, 1.0, what="w")
        for factor in (1.0021, 1 - 0.0021):
            with pytest.raises(Mismatch):
                bound.check(uniform(seed) * factor, 1.0, what="w")
        with pytest.raises(Mismatch):
            shape.check(uniform(seed, 13_000), "normal", 1 / math.sqrt(3), what="w")
        with pytest.raises(Mismatch):
            shape.check(normal(seed, 13_000) / math.sqrt(3), "uniform", 1.0, what="w")
        mixed = 0.1 * normal(seed) + math.sqrt(1 - 0.01) * normal(seed + 1000)
        with pytest.raises(Mismatch):
            independent.check(normal(seed), mixed, what="w")


def test_false_alarms_come_as_often_as_declared() -> None:
    """At a chance of 5 % instead of 1e-9, so that they can be counted: 2000 draws, exact to four sigma."""
    scale = NormalScale(400, 0.3, false_fail_rate=0.05)
    correlation = NoCorrelation(400, 0.5, false_fail_rate=0.05)
    alarms = {"scale": 0, "correlation": 0}
    for seed in range(2000):
        for name, check in (
            ("scale", lambda s=seed: scale.check(normal(s, 400), 1.0, what="w")),
            (
                "correlation",
                lambda s=seed: correlation.check(normal(s, 400), normal(s + 5000, 400), what="w"),
            ),
        ):
            try:
                check()
            except Mismatch:
                alarms[name] += 1
    for count in alarms.values():
        assert abs(count - 100) < 4 * math.sqrt(2000 * 0.05 * 0.95)


def test_the_message_says_what_was_measured_and_expected() -> None:
    with pytest.raises(Mismatch, match=r"is 0\.[56]\d*, expected 0\.3"):
        NormalScale(N, 0.067).check(normal(0) * 0.6, 0.3, what="weights")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "draw, distribution, named", [(normal, "normal", "norm"), (uniform, "uniform", "uniform")]
)
def test_the_gap_is_that_of_kolmogorov_and_smirnov(draw, distribution, named, dtype) -> None:
    """On both sides of the limit, for numbers that are moved further and further; they stay as they were given."""
    from scipy.stats import kstest

    n, scale = 500, 1.5
    shape = MatchesCDF(n, 0.4, false_fail_rate=0.02)
    fits = []
    for seed in range(40):
        x = (draw(seed, n) * scale + 0.015 * seed).to(dtype)
        given = x.clone()
        try:
            shape.check(x, distribution, scale, what="w")
            fits.append(True)
        except Mismatch:
            fits.append(False)
        assert torch.equal(x, given)
        gap = kstest(x.double() / scale, named, args=(-1, 2) if distribution == "uniform" else ()).statistic
        assert fits[-1] is bool(gap <= math.sqrt(math.log(2 / 0.02) / (2 * n)))
    assert 5 < sum(fits) < 35


def test_one_nan_follows_no_distribution_and_one_infinite_number_is_too_few_to_tell() -> None:
    x, shape = normal(0, 13_000), MatchesCDF(13_000)
    x[7] = math.inf
    shape.check(x, "normal", 1.0, what="w")
    x[7] = math.nan
    with pytest.raises(Mismatch, match="lie below nan, expected nan"):
        shape.check(x, "normal", 1.0, what="w")
