"""The words and marks for what a record says in one key, the same wherever a student or an instructor reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from grader.records.outcomes import Outcome


class Label(NamedTuple):
    """An outcome as it is shown.

    letter: on pytest's line of progress
    mark:   in front of a test's title
    words:  complete the sentence "the test …"
    """

    letter: str
    mark: str
    words: str


_WRONG = "✗"
LABELS = {
    Outcome.PASS: Label(".", "✓", "passed"),
    Outcome.FAIL: Label("F", _WRONG, "failed"),
    Outcome.ERROR: Label("E", _WRONG, "raised an error"),
    Outcome.TIMEOUT: Label("T", _WRONG, "ran out of time"),
    Outcome.OUT_OF_MEMORY: Label("M", _WRONG, "ran out of memory"),
    Outcome.CRASHED: Label("C", _WRONG, "ended the process"),
    Outcome.FORBIDDEN: Label("X", _WRONG, "called what the unit asks to write"),
    Outcome.NOT_IMPLEMENTED: Label("n", "·", "not written yet"),
    Outcome.SKIPPED: Label("s", "–", "skipped"),
    Outcome.NOT_RUN: Label("-", "–", "could not be run"),
}

# after a test's points: core needs no mark
BAND_MARKS = {"core": "", "robust": " ▲", "stretch": " ★"}

# kind of a finding → (heading, what to do about it)
FINDINGS = {
    "broken_record": (
        "Records that cannot be read",
        "Delete the file and run the same command again: it is written anew from the journal.",
    ),
    "broken_summary": (
        "A summary that cannot be read",
        "Run the same command again: nothing is graded twice, and the summary is written anew.",
    ),
    "worksheet": (
        "Points in the worksheet that can't be counted",
        "Correct worksheet.csv beside the records, and run `grader report`. Until then the unit is not exported.",
    ),
    "worksheet_row": (
        "Rows of the worksheet that grade nothing",
        "They count for nobody. Correct or delete them in worksheet.csv, and run `grader report`.",
    ),
    "worksheet_changed": (
        "Answers that have changed since a person graded them",
        "The points stay until you read the new answer: the column `changed` of worksheet.csv says what to do then.",
    ),
    "unmatched": (
        "Files that belong to nobody",
        "Not graded. Name the student with --match or --roster, or rename the file, and grade again.",
    ),
    "duplicate": (
        "More than one submission for the same unit",
        "Decide which of them counts, move the others away, and grade again.",
    ),
    "late": ("Late", "Graded like the others. What being late costs is yours to decide."),
    "unreadable": (
        "Files that could not be read",
        "Not graded. Ask the student for the file again, then grade again.",
    ),
    "not_in_roster": (
        "Not in the roster",
        "Look for a misspelt name, or add the student to the roster, and grade again.",
    ),
    "missing": ("Nothing handed in", "In the roster, but nothing was found. No score is recorded."),
    "beside": (
        "A module and a notebook for the same unit",
        "One of them is graded, as said below. If the other one counts, take this one away and grade again.",
    ),
}
_OTHER = "Look at it, and grade again when it is settled."


def in_words(outcome: Outcome) -> str:
    """Return how a test ended, as a student reads it."""
    return LABELS[outcome].words


def worth_in_words(points: int, band: str, *, earned: bool, note: str = "") -> str:
    """Return a test's points as they stand after its title: ` [0 of 2 ▲]`."""
    return f" [{points if earned else 0} of {points}{BAND_MARKS[band]}{note}]"


def clause_in_words(handout: Sequence[str], stub: Sequence[str]) -> str:
    """Return the sentence that shows what a test judges by; "" where it does not say."""
    said = [
        f"The {source} says: {', '.join(f'“{clause}”' for clause in clauses)}"
        for source, clauses in (("handout", handout), ("stub", stub))
        if clauses
    ]
    return " ".join(said)


def explanation(message: str, where: str, counterexample: str, clause: str = "", hint: str = "") -> list[str]:
    """Return the lines that say what was expected, what came, where, the smallest example, the clause, and a hint."""
    lines = message.splitlines()
    if where:
        lines.append(f"at {where}")
    if counterexample:
        lines += ["The smallest example found:", *(f"    {line}" for line in counterexample.splitlines())]
    if clause:
        lines.append(clause)
    if hint:
        lines.append(f"Hint: {hint}")
    return lines


def finding_words(kind: str) -> tuple[str, str]:
    """Return (heading, what to do) for a kind of finding; a kind that is not known here keeps its own name."""
    return FINDINGS.get(kind, (kind.replace("_", " ").capitalize(), _OTHER))
