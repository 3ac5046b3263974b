"""A course, its units, and their files. Nothing in this room runs a submission."""

from grader.course.errors import CourseError
from grader.course.loading import load_module
from grader.course.units import BANDS, RESERVED_NAMES, Course, Function, Limits, Unit, find_course

__all__ = [
    "BANDS",
    "RESERVED_NAMES",
    "Course",
    "CourseError",
    "Function",
    "Limits",
    "Unit",
    "find_course",
    "load_module",
]
