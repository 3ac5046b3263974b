"""The HTML pages of a graded class: one for the instructor, one for each student, one for grading by hand."""

from grader.outputs.report.feedback import Feedback, feedback_on
from grader.outputs.report.manual_points import read_graded
from grader.outputs.report.pages import RunState, mark_stopped, write_report
from grader.outputs.report.rubrics import Rubric, note_rubrics, noted_rubrics, read_rubrics
from grader.records.graded_class import ReportError

__all__ = [
    "Feedback",
    "ReportError",
    "Rubric",
    "RunState",
    "feedback_on",
    "mark_stopped",
    "note_rubrics",
    "noted_rubrics",
    "read_graded",
    "read_rubrics",
    "write_report",
]
