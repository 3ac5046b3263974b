"""Cases, strategies and checks of test_accuracy.py."""

from functools import partial

import pytest

from grader.course.datasets import MissingPackage, disguised, interchanged, load
from grader.suite.training.accuracy import goals, reaches


def judged(request, student, function, curves):
    """Train on digits, as often as it takes to tell whether every model reaches its goal."""
    try:
        digits = load("digits")
    except MissingPackage as error:
        pytest.skip(str(error))

    goal = goals(request.path.parent, "digits", student.device)
    reaches(
        student,
        function,
        partial(disguised, digits),
        goal,
        device=student.device,
        curves=curves,
        strange_for=partial(interchanged, digits),
    )
