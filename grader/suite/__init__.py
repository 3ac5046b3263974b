"""The tools that tests of units are written with.

A test takes `student` (and, if hidden, `reference`), is marked with `points` or `deepens`, and raises
Mismatch through one of the assertions here. Strategies draw tensors; `statistics` holds tests whose error
rates are known before they run.
"""

from grader.suite.assertions import assert_close, assert_dtype, assert_shape, require, tolerance
from grader.suite.examples import few_examples
from grader.suite.points import deepens, points
from grader.suite.student import Mismatch, Student

__all__ = [
    "Mismatch",
    "Student",
    "assert_close",
    "assert_dtype",
    "assert_shape",
    "deepens",
    "few_examples",
    "points",
    "require",
    "tolerance",
]
