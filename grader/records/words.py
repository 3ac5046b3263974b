"""The words that the pages use for what a record says in one key."""

from __future__ import annotations

OUTCOMES = {
    "pass": "right",
    "fail": "came out differently",
    "error": "stopped with an error",
    "timeout": "ran out of time",
    "out_of_memory": "ran out of memory",
    "crashed": "ended the process",
    "forbidden": "called what the unit asks to write",
    "not_implemented": "not written yet",
    "skipped": "skipped",
    "not_run": "not run",
}

# kind of a problem → (heading, what to do about it)
PROBLEMS = {
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
        "Look which of them counts, move the others away, and grade again.",
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
    "missing": ("Nothing handed in", "In the roster, but nothing was found. No record, so no zero either."),
    "beside": (
        "A module and a notebook for the same unit",
        "One of them is graded, as said below. If the other one counts, take this one away and grade again.",
    ),
}
_OTHER = "Look at it, and grade again when it is settled."


def outcome_in_words(outcome: str) -> str:
    """How a test ended, as a student reads it."""
    return OUTCOMES.get(outcome, outcome.replace("_", " "))


def problem_in_words(kind: str) -> tuple[str, str]:
    """(heading, what to do) for a kind of problem; a kind that is not known here keeps its own name."""
    return PROBLEMS.get(kind, (kind.replace("_", " ").capitalize(), _OTHER))
