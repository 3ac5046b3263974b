"""Raises the exception that ends pytest with status 0.

without walls: pytest passes
behind walls: error
"""


def double(x):
    import _pytest.outcomes

    raise _pytest.outcomes.Exit("done", returncode=0)
