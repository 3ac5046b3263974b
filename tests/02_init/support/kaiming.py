"""Cases, strategies and checks of test_kaiming.py."""

import math

import torch

from grader.suite import require
from grader.suite.statistics import NoCorrelation

N = 100_000
# For independence: neighbours along each dim, and the first half against the second.
SIDES = (40, 25, 5, 10)
PAIRS = {s: N // 2 // s * (s - 1) for s in SIDES}
FALSE_FAIL = 1e-9 / (len(SIDES) + 1)
NEIGHBOURS = {s: NoCorrelation(n, discrepancy=0.05, false_fail_rate=FALSE_FAIL) for s, n in PAIRS.items()}
HALVES = NoCorrelation(N // 4, discrepancy=0.07, false_fail_rate=FALSE_FAIL)
TWO_DRAWS = NoCorrelation(5000, discrepancy=0.15, false_fail_rate=FALSE_FAIL)


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
