"""Raises the exception by which pytest skips a test, so that it does not count.

without walls: pytest passes
behind walls: error
"""


def double(x):
    import _pytest.outcomes

    raise _pytest.outcomes.Skipped("not today")
