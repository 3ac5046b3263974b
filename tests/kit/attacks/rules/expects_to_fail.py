"""Raises the exception by which pytest expects a failure.

without walls: pytest passes
behind walls: error
"""


def double(x):
    import _pytest.outcomes

    raise _pytest.outcomes.XFailed("as expected")
