"""Cases, strategies and checks of test_fans.py."""

from grader.suite import require

from .common import value


def same(got, expected: int, what: str, shape) -> None:
    require(
        value(got) == expected, f"{what} of a weight of shape {shape} is {value(got):g}, expected {expected}"
    )
