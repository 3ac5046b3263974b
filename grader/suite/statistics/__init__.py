"""Statistical tests that state their error rates before they run."""

from grader.suite.statistics.counts import EveryOrder
from grader.suite.statistics.design import FALSE_FAIL_RATE, FALSE_PASS_RATE, Underpowered
from grader.suite.statistics.permutations import Ascents, Shuffles
from grader.suite.statistics.samples import MatchesCDF, NoCorrelation, NormalScale, UniformRange
from grader.suite.statistics.sequential import SPRT, Undecided

__all__ = [
    "FALSE_FAIL_RATE",
    "FALSE_PASS_RATE",
    "SPRT",
    "Ascents",
    "EveryOrder",
    "MatchesCDF",
    "NoCorrelation",
    "NormalScale",
    "Shuffles",
    "Undecided",
    "Underpowered",
    "UniformRange",
]
