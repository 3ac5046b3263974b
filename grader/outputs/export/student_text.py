"""Results as plain text for students, with the same content as the student's page."""

from __future__ import annotations

from grader.outputs.report.feedback import Feedback
from grader.records.graded_class import ManualGrade
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.records.words import in_words
from grader.spreadsheet import figures


def result_text(test: TestResult, feedback: Feedback) -> str:
    """Return outcome, message, example, clause and hint of a public test; of a hidden one the outcome alone."""
    lines = [f"{in_words(test.outcome).capitalize()}."]
    if test.hidden:
        return lines[0]
    if test.passed:
        if test.earned < test.points:
            deeper = "; ".join(feedback.deeper.get(test.name, ()))
            lines.append(
                f"{test.earned} of {test.points} points so far: a hidden test that goes deeper did not pass yet"
                + (f": {deeper}" if deeper else "")
            )
        return "\n".join(lines)
    if test.message and test.outcome is not Outcome.NOT_IMPLEMENTED:
        lines.append(test.message)
    if test.where:
        lines.append(f"At {test.where}")
    if test.counterexample:
        lines.append(f"The smallest example found, to paste:\n{test.counterexample}")
    if test.clause:
        lines.append(test.clause)
    if test.hint and test.outcome is not Outcome.SKIPPED:
        lines.append(f"Hint: {test.hint}")
    return "\n".join(lines)


def manual_text(grade: ManualGrade) -> str:
    """Return a person's points for an answer, and their comment."""
    if not grade.answered and grade.points is None:
        return "Nothing was handed in."
    if grade.points is None:
        return "Not graded yet: a person reads this answer."
    lines = [f"{figures(grade.points)} of {grade.possible} points, given by a person."]
    if grade.outdated:
        lines.append("They are for an earlier version of the answer.")
    return "\n".join([*lines, *([grade.comment] if grade.comment else [])])


def summary_text(feedback: Feedback) -> str:
    """Return the line above all tests: the points, and the common cause of all failures, or where to begin."""
    record = feedback.record
    words = f"{record.unit}: {figures(record.total.earned)} of {record.total.possible} points"
    if record.bonus.possible:
        words += f", and {figures(record.bonus.earned)} of {record.bonus.possible} as a bonus"
    if record.waiting:
        words += f". Provisional: {record.waiting} answers in free words are not graded yet"
    if feedback.common and not feedback.common.first.hidden:
        words += (
            f".\n{feedback.common.words.capitalize()}, whatever was tested: {feedback.common.first.message}"
        )
    elif feedback.first:
        words += f".\nNext: {feedback.first.name}"
    return words
