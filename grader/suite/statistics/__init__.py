"""Statistical tests that state their error rates before they run."""

from grader.suite.statistics.design import FALSE_FAIL, MISS, Underpowered
from grader.suite.statistics.permutations import Ascents, EveryOrder, Shuffles
from grader.suite.statistics.samples import NoCorrelation, NormalScale, Shape, UniformRange
from grader.suite.statistics.sequential import Sequential, Undecided

__all__ = [
    "FALSE_FAIL",
    "MISS",
    "Ascents",
    "EveryOrder",
    "NoCorrelation",
    "NormalScale",
    "Sequential",
    "Shape",
    "Shuffles",
    "Undecided",
    "Underpowered",
    "UniformRange",
]
