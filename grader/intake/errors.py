"""Errors of what was handed in."""

from __future__ import annotations


class IntakeError(Exception):
    """Something that was handed in can't be used. The text is for the instructor, or the student."""


class UnreadableError(IntakeError):
    """Something can't be read, or not within the limits. The text is a clause that says why, and what to do."""
