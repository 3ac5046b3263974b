"""A teaching test-suite and autograder for the pieces of a deep-learning training stack.

Importing this package is cheap on purpose: it loads neither torch nor scipy nor matplotlib nor
nbgrader. Each room imports what it needs where it needs it.
"""

from __future__ import annotations

__all__ = ["check", "join"]
__version__ = "0.1.0"


def check(function: str, unit: str | None = None) -> float:
    """In a notebook: test what the cells have defined, show the result, and return the points earned.

    function: the name of one of the unit's functions, such as "logsumexp"
    unit:     its unit, such as "01_softmax"; needed where several units have a function of that name

    Raise a short error when no point was earned, or when it is not clear which function to test.
    """
    from grader.home.notebook.check import check as check_in_the_kernel

    return check_in_the_kernel(function, unit)


def join(*units: str) -> None:
    """In a notebook: make your own work for other units importable, by the names of their modules.

    units: names such as "01_softmax", for the work in ../01_softmax: softmax.py, or the notebook softmax.ipynb. From a
           notebook, only imports, definitions and what they depend on are used

    Print the file that is used for each. Call it again when one of them has changed, and import it anew.
    """
    from grader.home.notebook.join import join as join_here

    join_here(*units)
