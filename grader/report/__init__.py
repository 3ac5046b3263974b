"""The HTML pages of a graded class: one for the instructor, one for each student."""

from grader.report.pages import write_report
from grader.report.records import ReportError
from grader.report.worksheet import read_rubrics

__all__ = ["ReportError", "read_rubrics", "write_report"]
