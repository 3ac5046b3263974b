"""The course of things: a save begins a run; a run ends, is stopped by the next save, or loses its worker."""

from __future__ import annotations

import enum
import time
from pathlib import Path

from grader.course import Course
from grader.home.watch import messages
from grader.home.watch.board import Board, Boards
from grader.home.watch.display import Display
from grader.home.watch.messages import Tested
from grader.home.watch.process import Gone, Heard
from grader.home.watch.workers import Workers
from grader.records.outcomes import Outcome

_GRACE = 0.4  # seconds in which a run that was stopped may end by itself, so that its worker stays warm
_SILENCE = 5.0  # seconds above the unit's limit after which a worker that sends no pulse has hung
_LONGEST_WAIT = 0.1  # seconds that count between two ticks: any more, and the machine stood still


class _Phase(enum.Enum):
    IDLE = enum.auto()
    RUNNING = enum.auto()
    STOPPING = enum.auto()


class Rounds:
    """Runs a unit's tests whenever it was saved: one run at a time, the newest save last."""

    def __init__(self, boards: Boards, workers: Workers, display: Display) -> None:
        self._boards = boards
        self._workers = workers
        self._display = display
        self._wanted: str | None = None  # the unit to run next
        self._left: list[str] = []  # tests of this run without a verdict
        self._resuming = False
        self._unit = ""  # of this run
        self._phase = _Phase.IDLE
        self._testing = ""
        self._imported = False
        self._shown = self._changed = False  # every verdict is there; one has changed on other examples
        self._clock = 0.0

    def saved(self, unit: str) -> None:
        """Run this unit's tests. A run that is going on is stopped: its results are those of an older file."""
        self._wanted, self._resuming = unit, False
        self._boards.of(unit).saved = time.monotonic()
        if self._phase is _Phase.RUNNING:
            self._phase, self._clock = _Phase.STOPPING, 0.0
            self._workers.first.send(messages.Stop())
        self._advance()

    def tick(self, seconds: float) -> None:
        """Note that time has passed: a worker that does not stop, or is silent for too long, is ended."""
        self._clock += min(seconds, _LONGEST_WAIT)
        if self._phase is _Phase.STOPPING and self._clock > _GRACE:
            self._workers.replace()
            self._stopped()
        elif self._phase is _Phase.RUNNING:
            limit = self._boards.of(self._unit).unit.limits.test_cpu_seconds
            if self._clock > limit + _SILENCE:
                text = f"It took more than {limit:g} s, in a call that can't be interrupted."
                self._lost(Outcome.TIMEOUT, text)
                self._advance()

    def hear(self, heard: Heard) -> None:
        """Take a worker's report. Raise BoxFault when workers can't start."""
        report, worker = heard.report, heard.worker
        if isinstance(report, messages.Ready):
            self._workers.ready(worker, report)
        if worker is not self._workers.first:
            if isinstance(report, Gone):
                self._workers.gone(worker, report.text)
            return
        self._clock = 0.0 if self._phase is _Phase.RUNNING else self._clock
        if isinstance(report, Gone) and self._phase is _Phase.IDLE:
            self._workers.gone(worker, report.text)
        elif self._phase is _Phase.STOPPING and isinstance(report, (Gone, messages.Stuck, messages.Ended)):
            self._workers.replace()
            self._stopped()
        elif isinstance(report, Gone):
            self._lost(Outcome.CRASHED, f"It ended the process: {report.text}")
        else:
            self._take(report)
        self._advance()

    def _take(self, report: messages.AnyReport) -> None:
        board = self._boards.of(self._workers.first.unit)
        match report:
            case messages.Ready():
                board.tests = report.tests
            case messages.Uncollectable(text):
                self._wanted, self._workers.first.unit = None, ""  # to try again at the next save
                self._fail(board, text)
                self._display.ended(board, more=False)
            case messages.Missing(file):
                self._fail(board, f"There is no {_short(file, self._boards.course)} yet.")
            case messages.Opened(file, note):
                board.file, board.note, board.problem, board.broken = Path(file), note, "", None
                resumed = bool(board.fresh)  # the rest of a run that lost its worker
                if self._phase is _Phase.RUNNING and not resumed:
                    self._display.began(board)
            case messages.Imported():
                self._imported = True
            case messages.Started(test):
                self._testing = test
            case Tested():
                self._note(board, report)
            case messages.AllTested():
                if self._phase is _Phase.RUNNING:
                    self._shown, self._changed = True, False
                    self._display.ended(board, more=True)
            case messages.Stuck(text, where):
                self._lost(Outcome.TIMEOUT, f"It took {text}", where)
            case messages.Ended(text):
                self._lost(Outcome.CRASHED, f"It ended the process: {text}")
            case messages.Done(marked):
                self._done(board, marked)

    def _note(self, board: Board, verdict: Tested) -> None:
        self._testing = ""
        if verdict.test in self._left:
            self._left.remove(verdict.test)
        before = board.verdicts.get(verdict.test)
        board.note_verdict(verdict)
        if self._shown and before and before.outcome is verdict.outcome:
            return  # on other examples as on those of before
        self._changed = True
        if self._phase is not _Phase.STOPPING:
            self._display.tested(board, verdict)

    def _fail(self, board: Board, text: str) -> None:
        board.problem, board.broken = text, None

    def _done(self, board: Board, marked: bool) -> None:
        stopped = self._phase is _Phase.STOPPING
        self._phase = _Phase.IDLE
        if marked:
            self._workers.replace()
        if stopped:
            self._display.interrupted(board)
        elif self._shown and not self._changed:
            self._display.settled()
        else:
            self._display.ended(board, more=False)

    def _stopped(self) -> None:
        self._phase = _Phase.IDLE
        self._display.interrupted(self._boards.of(self._unit))
        self._advance()

    def _advance(self) -> None:
        """Begin the run that is wanted, or go on with the one that lost its worker, if there is a worker for it."""
        worker = self._workers.first
        if self._phase is not _Phase.IDLE or not (self._wanted or self._resuming):
            return
        unit = self._wanted or self._unit
        if worker.unit != unit:
            worker.collect(unit)
        if worker.tests is None:
            return
        board = self._boards.of(unit)
        board.tests = worker.tests
        if self._wanted:
            self._left = board.begin()
        self._unit, self._wanted, self._resuming = unit, None, False
        self._phase, self._testing, self._imported, self._clock = _Phase.RUNNING, "", False, 0.0
        self._shown = False
        worker.send(messages.Run(unit, tuple(self._left)))

    def _lost(self, outcome: Outcome, message: str, where: str = "") -> None:
        """Blame the test that was being run for the loss of its worker, and go on with what does not need its function.

        Each loss costs a worker, so what would most likely end the same way is not tried.
        """
        board = self._boards.of(self._unit)
        self._workers.replace()
        self._phase = _Phase.IDLE
        test = board.described(self._testing or (self._left[0] if self._left else ""))
        if not self._imported or test is None:
            text = f"The module could not be imported. {message}"
            self._note(board, Tested("", outcome, text, where=where))
            return self._display.ended(board, more=False)
        self._phase = _Phase.RUNNING
        self._note(board, Tested(test.name, outcome, message, where=where))
        touched = {test.function, *board.unit.users_of(test.function)}
        skipped = f"{test.function} ended an earlier test like this one, which was not tried."
        for other in [t for t in board.tests if t.name in self._left and t.function in touched]:
            self._note(board, Tested(other.name, Outcome.NOT_RUN, skipped))
        self._phase = _Phase.IDLE
        self._resuming = bool(self._left)
        if not self._resuming:
            self._display.ended(board, more=False)


def _short(file: str, course: Course) -> str:
    path = Path(file)
    return str(path.relative_to(course.root)) if path.is_relative_to(course.root) else file
