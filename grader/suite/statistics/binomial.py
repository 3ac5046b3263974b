"""Exact limits of binomial counts, and of sums of small integers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray


@cache
def binomial_limits(passes: int, p: float, chance: float) -> tuple[int, int]:
    """Return the interval that a binomial (passes, p) count leaves with probability chance/2 on either side."""
    from scipy.special import bdtr, bdtrc

    counts = np.arange(passes + 1)
    low = int(np.searchsorted(bdtr(counts, passes, p), chance / 2, side="right"))
    return low, int((bdtrc(counts, passes, p) > chance / 2).sum())


def binomial_false_pass_rate(passes: int, p: float, discrepancy: float, limits: tuple[int, int]) -> float:
    """Return the chance that a count lies within `limits` when its probability is p ± discrepancy: the larger one."""
    from scipy.special import bdtr, bdtrc

    low, high = limits
    often = float(bdtr(high, passes, min(p + discrepancy, 1.0)))
    seldom = float(bdtrc(low - 1, passes, max(p - discrepancy, 0.0))) if low > 0 else 1.0
    return max(often, seldom)


def limits_of_total(law: NDArray[np.float64], times: int, chance: float) -> tuple[int, int]:
    """Return the interval that the sum of `times` draws from `law` leaves with probability chance/2 on either side."""
    size = (len(law) - 1) * times + 1
    length = 1 << (size - 1).bit_length()
    total = np.fft.irfft(np.fft.rfft(law, length) ** times, length)[:size].clip(0)
    low = int(np.searchsorted(np.cumsum(total), chance / 2, side="right"))
    high = size - 1 - int(np.searchsorted(np.cumsum(total[::-1]), chance / 2, side="right"))
    return low, high


def sum_of(laws: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return the law of a sum of independent whole numbers with these laws."""
    total = np.ones(1)
    for law in laws:
        total = np.convolve(total, law)
    return total


def moments(law: NDArray[np.float64]) -> tuple[float, float]:
    """Return (mean, std) of a law on 0, 1, 2, …"""
    numbers = np.arange(len(law))
    mean = float(law @ numbers)
    return mean, math.sqrt(float(law @ (numbers - mean) ** 2))
