"""What a course, a unit and a submission are, and where to find them. Knows nothing of running code."""

from grader.course.loading import load_module
from grader.course.units import Course, CourseError, Function, Limits, Unit, find_course

__all__ = ["Course", "CourseError", "Function", "Limits", "Unit", "find_course", "load_module"]
