"""Grades, where instructors keep them: one module for each format.

A unit's total is core and robust; stretch is a bonus on top. What was not run is in no format: it is listed
instead, and is no zero.
"""

from grader.outputs.export.grades import Grades, read_grades
from grader.outputs.export.overwriting import ExportError

__all__ = ["ExportError", "Grades", "read_grades"]
