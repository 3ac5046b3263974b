"""Find the course that a notebook belongs to, and whether nbgrader runs it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from grader.course import Course, CourseError, find_course


class ShortError(Exception):
    """An error shown as a sentence, without a traceback: nothing in the student's code raised it."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def running_in() -> str:
    """Return the step of nbgrader that runs the notebook ("autograde", "validate", …); "" at home."""
    return os.environ.get("NBGRADER_EXECUTION", "")


def course_here() -> Course:
    """Return the course that the notebook lies in, or that of GRADER_COURSE, which comes first where nbgrader runs it.

    Raise CourseError where neither is a course.
    """
    given = os.environ.get("GRADER_COURSE")
    places = [Path.cwd(), Path(given)] if given else [Path.cwd()]
    if running_in():
        places.reverse()
    for place in places:
        with contextlib.suppress(CourseError):
            return find_course(place)
    raise CourseError(
        f"no course was found in {Path.cwd()} or above it: open the notebook where the course has it "
        "(assignments/NN_name), or set the environment variable GRADER_COURSE to the course's folder"
    )
