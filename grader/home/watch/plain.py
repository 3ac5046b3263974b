"""Without a terminal: lines of text, one run after the other."""

from __future__ import annotations

from grader.home.watch import lines
from grader.home.watch.board import NOT_FAILED, Board, Boards
from grader.home.watch.messages import Tested
from grader.records.outcomes import Outcome


class PlainDisplay:
    """Prints each failure as it comes, and the summary at the end of a run."""

    def __init__(self, boards: Boards) -> None:
        self._boards = boards
        self._told: list[str] = []
        self._shown = False  # every verdict, while other examples are tried

    def began(self, board: Board) -> None:
        name = board.file.name if board.file else ""
        self._told, self._shown = [], False
        self._say(f"\n== {board.unit.name}: {name}")

    def tested(self, board: Board, verdict: Tested) -> None:
        if verdict.outcome in NOT_FAILED or (
            verdict.outcome is not Outcome.FAIL and verdict.message in self._told
        ):
            return
        self._told.append(verdict.message)
        self._say(lines.heading(board, verdict))
        for line in (*lines.body(verdict), *lines.printed(verdict)):
            self._say(f"    {line}".rstrip())

    def ended(self, board: Board, *, more: bool) -> None:
        self._shown = more
        for line in lines.summary(board, self._boards):
            self._say(line)

    def settled(self) -> None: ...

    def interrupted(self, board: Board) -> None:
        if not self._shown:
            self._say("Saved again: starting anew.")

    def tick(self) -> None: ...

    def _say(self, text: str) -> None:
        print(text, flush=True)
