"""The HTML pages of a graded class: one for the instructor, one for each student."""

from grader.outputs.report.pages import write_report
from grader.outputs.report.rubrics import note_rubrics, read_rubrics
from grader.records.graded_class import ReportError

__all__ = ["ReportError", "note_rubrics", "read_rubrics", "write_report"]
