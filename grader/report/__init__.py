"""The HTML pages of a graded class: one for the instructor, one for each student."""

from grader.report.pages import write_report
from grader.report.records import ReportError

__all__ = ["ReportError", "write_report"]
