"""A teaching test-suite and autograder for the pieces of a deep-learning training stack.

Importing this package is cheap on purpose: it loads neither torch nor scipy nor matplotlib nor
nbgrader. The rooms below it import what they need where they need it.
"""

from __future__ import annotations

__all__ = ["check", "join"]
__version__ = "0.1.0"


def check(function: str, unit: str | None = None) -> float:
    """In a notebook: test what the cells have defined, show how it went, and return the points earned.

    function: a name of the unit's contract, such as "logsumexp"
    unit:     its unit, such as "01_softmax", where several units have such a name

    Raises a short error when no point was earned, or when it can't be told what to test.
    """
    from grader.home.notebook.check import check as check_in_the_kernel

    return check_in_the_kernel(function, unit)


def join(*units: str) -> None:
    """In a notebook: make your own work for other units importable, by the names of their modules.

    units: such as "01_softmax", whose work lies in the folder ../01_softmax: softmax.py, or the notebook softmax.ipynb,
           of which imports, definitions and what these need count

    Says for each which file it is. Call it again when one of them has changed, and import anew.
    """
    from grader.home.notebook.join import join as join_here

    join_here(*units)
