"""Cases, strategies and checks of test_kaiming.py."""

import math

import torch

from grader.suite import require
from grader.suite.statistics import MatchesCDF, NoCorrelation, NormalScale

N = 100_000
# For independence: neighbours along each dim, and the first half against the second.
SIDES = (40, 25, 5, 10)
PAIRS = {s: N // 2 // s * (s - 1) for s in SIDES}
FALSE_FAIL = 1e-9 / (len(SIDES) + 3)
NEIGHBOURS = {s: NoCorrelation(n, discrepancy=0.05, false_fail_rate=FALSE_FAIL) for s, n in PAIRS.items()}
HALVES = NoCorrelation(N // 4, discrepancy=0.07, false_fail_rate=FALSE_FAIL)
TWO_DRAWS = NoCorrelation(5000, discrepancy=0.15, false_fail_rate=FALSE_FAIL)
# Many small weights: a draw that is centred or scaled afterwards has no chance left in its mean or its size.
SMALL, DRAWS = (2, 3), 300
MEANS = NormalScale(DRAWS, discrepancy=0.5, false_fail_rate=FALSE_FAIL)
SIZES = MatchesCDF(DRAWS, discrepancy=0.31, false_fail_rate=FALSE_FAIL)


def gain(a: float) -> float:
    return math.sqrt(2 / (1 + a * a))


def check_independence(student, function: str) -> None:
    w = student.run("fill", function, SIDES)
    for dim, side in enumerate(SIDES):
        one, two = w.narrow(dim, 0, side - 1), w.narrow(dim, 1, side - 1)
        NEIGHBOURS[side].check(
            one, two, what=f"entries of {function}'s weight that are neighbours along dim {dim}"
        )
    first, second = w.flatten().chunk(2)
    HALVES.check(first, second, what=f"the first and the second half of {function}'s weight")
    # 50 000 magnitudes among 2²³ or more: some 150 coincidences, of which 5 % of the entries is far.
    different = len(w.abs().unique())
    require(
        different > 0.95 * w.numel(),
        f"only {different} of {w.numel()} entries of {function}'s weight differ in magnitude: some are copies",
    )
    check_nothing_is_exact(student, function)


def check_nothing_is_exact(student, function: str) -> None:
    """Means and sizes of many small weights vary as those of independent numbers do.

    The mean of six uniform numbers has lighter tails than a normal one of the same std, so its sum of squares leaves
    the bounds less often than stated.
    """
    n = math.prod(SMALL)
    std = gain(0.0) / math.sqrt(SMALL[1])
    w = torch.stack(student.run("fill_often", function, SMALL, [None] * DRAWS)).double().flatten(1) / std
    MEANS.check(w.mean(1), 1 / math.sqrt(n), what=f"the means of {DRAWS} weights of {function}")
    if function == "kaiming_normal_":  # the sum of squares has a χ² distribution
        share = torch.special.gammainc(torch.tensor(n / 2), w.square().sum(1) / 2)
    else:  # the largest of n magnitudes is below x with a chance of xⁿ
        share = (w.abs().amax(1) / math.sqrt(3)) ** n
    SIZES.check(2 * share - 1, "uniform", 1.0, what=f"the share of weights smaller than each of {DRAWS}")


def check_fresh_draws(student, function: str) -> None:
    one, two = student.run("fill_often", function, [50, 100], [None, None])
    require(not torch.equal(one, two), f"two calls of {function} gave the same weight")
    TWO_DRAWS.check(one, two, what=f"the weights of two calls of {function}")
    many = student.run("fill_often", function, [2, 3], [None] * 300)
    different = len({tuple(w.flatten().tolist()) for w in many})
    require(different == 300, f"300 calls of {function} gave only {different} different weights")
    one, two, three = student.run("fill_often", function, [30, 20], [3, 4, 3])
    require(torch.equal(one, three), f"{function} gave two weights after the same torch.manual_seed")
    require(not torch.equal(one, two), f"{function} gave the same weight after different seeds")
