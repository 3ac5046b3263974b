"""Errors of submissions that can't be read."""

from __future__ import annotations

from grader.intake.errors import IntakeError


class SubmissionError(IntakeError):
    """A submission that can't be read or copied. The text says what to do."""
