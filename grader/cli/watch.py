"""`grader watch`: a student's tests at every save."""

from __future__ import annotations

import sys

import typer

from grader.cli.parameters import UnitName
from grader.course import find_course
from grader.endings import BoxFault


def watch(unit: UnitName = None) -> None:
    """Run the tests whenever you save: of one unit, or of the one that you saved last."""
    from grader.home.watch.loop import watch_units

    try:
        watch_units(find_course(), unit)
    except BoxFault as fault:
        print(f"grader: {fault}", file=sys.stderr)
        raise typer.Exit(1) from None
