"""`grader report`: write the pages of a graded class."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.cli.console import UsageError
from grader.cli.parameters import GradedFolder
from grader.course import Course, CourseError, find_course
from grader.encodable import shown


def report(folder: GradedFolder) -> None:
    """Write the HTML pages of a graded class."""
    try:
        course = find_course()
    except CourseError:
        course = None
    write_pages(course, folder)


def write_pages(course: Course | None, folder: Path) -> None:
    """Write the pages of a graded class and say where they are. Raises UsageError."""
    from grader.outputs.report import ReportError, write_report

    def tell(text: str) -> None:
        print(f"NOT COUNTED: {shown(text)}", file=sys.stderr)

    try:
        if course:
            note_course_rubrics(course, folder)
        page = write_report(folder, tell=tell)
    except ReportError as error:
        raise UsageError(str(error)) from None
    print(f"Report: {page}")


def note_course_rubrics(course: Course, folder: Path) -> None:
    """Keep the rubrics of the course with a graded class. Raises ReportError."""
    from grader.outputs.report import note_rubrics

    note_rubrics(folder, {u.name: u.tests for u in course.units.values()})
