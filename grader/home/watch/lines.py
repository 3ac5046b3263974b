"""Lines of plain text about a board, which can do nothing to a terminal."""

from __future__ import annotations

from grader.encodable import shown
from grader.home.watch.board import Board, Boards
from grader.home.watch.files import unwritten
from grader.home.watch.messages import Test, Tested
from grader.intake.submission.choice import own_file
from grader.records.outcomes import Outcome
from grader.records.progress import open_next
from grader.records.words import LABELS, explanation, worth_in_words

NO_HINT = "There is no hint for this one."


def safe(text: str) -> str:
    """Return one line of text with tabs as spaces, and whatever steers a terminal spelled out."""
    return shown(text.expandtabs(4))


def heading(board: Board, verdict: Tested) -> str:
    """Return the line above a failure: how the test ended, its title and its points."""
    test = board.described(verdict.test)
    label = LABELS[verdict.outcome]
    if test is None:
        return f"{label.mark} {board.unit.module}"
    return safe(f"{label.mark} {label.words}: {test.title}{_worth(test, verdict)}")


def body(verdict: Tested) -> list[str]:
    """Return the lines below it: the message, the place, the smallest example and the words that it was judged by."""
    said = explanation(verdict.message, verdict.where, verdict.counterexample, verdict.clause)
    return [safe(line) for line in said]


def printed(verdict: Tested) -> list[str]:
    """Return the lines that the student's code printed during the test; none if it printed nothing."""
    lines = [safe(line) for line in verdict.printed.splitlines()]
    return ["Printed during the test:", *(f"    {line}" for line in lines)] if lines else []


def hint_of(board: Board, verdict: Tested) -> str:
    test = board.described(verdict.test)
    return f"Hint: {safe(test.hint)}" if test and test.hint else NO_HINT


def row(board: Board, test: Test) -> tuple[str, str]:
    """Return the line of a test in the list of all: mark and title, which may be cut, and the points after them."""
    verdict = board.verdicts.get(test.name)
    if verdict is None:
        return safe(f"  {test.title}"), ""
    return safe(f"{LABELS[verdict.outcome].mark} {test.title}"), _worth(test, verdict)


def summary(board: Board, boards: Boards) -> list[str]:
    """Return the lines that end a run: counts, points, and what to do next."""
    if board.problem:
        return [safe(line) for line in board.problem.splitlines()] + ["Waiting for the next save."]
    note = [safe(board.note)] if board.note else []
    if board.broken:
        return [*note, "No test was run. Waiting for the next save."]
    return [*note, safe(board.counts()), safe(board.points()), *_next(board, boards)]


def _next(board: Board, boards: Boards) -> list[str]:
    if open_ := board.unfinished():
        return [safe(open_next(board.file, open_[0]))] if board.file else []
    if not board.complete():
        return []
    bonus = board.unfinished(("stretch",))
    said = [f"Everything passes{' but the bonus: ' + ', '.join(bonus) if bonus else ''}."]
    names, complete = list(boards.course.units), boards.complete()
    at = names.index(board.unit.name)
    for name in (*names[at + 1 :], *names[:at]):
        unit = boards.course.units[name]
        if name not in complete and (left := unwritten(unit)):
            return [*said, safe(open_next(own_file(unit.stub), left[0]))]
    return [*said, "Nothing else is left to write."]


def _worth(test: Test, verdict: Tested) -> str:
    if test.deepens is not None:
        return ""
    return worth_in_words(test.points, test.band, earned=verdict.outcome is Outcome.PASS)
