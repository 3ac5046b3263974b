"""Cases, strategies and checks of test_accuracy.py."""

from dataclasses import replace

import pytest

from grader.course.datasets import MissingPackage, deform, load
from grader.suite.training.accuracy import goals, reaches


def judged(request, student, function, curves):
    """Train on digits, as often as it takes to tell whether every model reaches its goal."""
    try:
        digits = load("digits")
    except MissingPackage as error:
        pytest.skip(str(error))

    def images_for(seed):
        return replace(digits, x_valid=deform(digits.x_valid, seed))

    goal = goals(request.path.parent, "digits", student.device)
    reaches(student, function, images_for, goal, device=student.device, curves=curves)
