"""Autograders that run inside Gradescope and Classroom 50: the bundles, and what runs there."""

from grader.authoring.autograders.bundles import gradescope_zip, write_classroom50
from grader.authoring.autograders.single import NotGraded, grade_single

__all__ = ["NotGraded", "grade_single", "gradescope_zip", "write_classroom50"]
