"""Errors of submissions that can't be read."""

from __future__ import annotations


class SubmissionError(Exception):
    """A submission that can't be read or copied. The text says what to do."""
