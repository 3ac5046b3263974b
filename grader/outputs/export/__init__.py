"""Grades in the formats of the systems where instructors keep them: one module for each format.

A unit's total is core and robust; stretch is a bonus on top. A submission that was not run is in no format: it is
listed instead, and no score is recorded.
"""

from grader.outputs.export.canvas import Gradebook, canvas_csv
from grader.outputs.export.classroom50 import classroom50_result
from grader.outputs.export.grades import Grades, read_grades
from grader.outputs.export.gradescope import VISIBILITIES, gradescope_results
from grader.outputs.export.nbgrader_csv import nbgrader_csv
from grader.outputs.export.overwriting import ExportError, write_export

__all__ = [
    "VISIBILITIES",
    "ExportError",
    "Gradebook",
    "Grades",
    "canvas_csv",
    "classroom50_result",
    "gradescope_results",
    "nbgrader_csv",
    "read_grades",
    "write_export",
]
