"""The HTML pages of a graded class: one for the instructor, one for each student."""

from grader.report.pages import write_report
from grader.report.records import ReportError
from grader.report.rubrics import note_rubrics, read_rubrics

__all__ = ["ReportError", "note_rubrics", "read_rubrics", "write_report"]
