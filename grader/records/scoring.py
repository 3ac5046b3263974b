"""How points become scores: the one place that adds them up."""

from __future__ import annotations


def credit(earned: int, counted: int, possible: int) -> float:
    """What a function's points come to in a cell that is worth `possible`: what could not be tested costs nothing.

    counted: the points of the tests that could be run
    """
    if earned == counted > 0:
        return possible
    return earned if counted in (0, possible) else round(possible * earned / counted, 2)
