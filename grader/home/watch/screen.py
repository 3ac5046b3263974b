"""In a terminal: one screen, fitted to its height, with the failures first and keys to go through them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from grader.home.watch import lines
from grader.home.watch.board import NOT_FAILED, Board, Boards
from grader.home.watch.fitted import Block, cut, fit
from grader.home.watch.messages import Tested

_KEYS = "h hint   n next   a all tests   q quit"
_KEYS_OF_LIST = "n next page   a back   q quit"
_MOST_DRAWN = 0.05  # seconds between two drawings while verdicts come in
_MOST_PRINTED = 5  # lines


class ScreenDisplay:
    """Draws a board on the terminal's other screen. Use as a context manager, which restores the first one."""

    def __init__(self, boards: Boards, console: Console) -> None:
        self._boards = boards
        self._console = console
        self._live = Live(
            console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._board: Board | None = None
        self._state = "starting …"
        self._running = self._more = False
        self._summary: list[str] = []
        self._selected = ""  # the name of a test
        self._hinted: str | None = None  # the name of the test whose hint is shown
        self._listing = False
        self._page = 0
        self._drawn = (0.0, self._console.size)

    def __enter__(self) -> ScreenDisplay:
        self._live.start()
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._live.stop()
        for line in self._summary:  # stays in sight
            self._console.print(Text(line))

    def began(self, board: Board) -> None:
        self._board, self._running, self._more = board, True, False
        self._draw()

    def tested(self, board: Board, verdict: Tested) -> None:
        first = verdict.outcome not in NOT_FAILED and len(board.fresh) == 1
        if first or time.monotonic() - self._drawn[0] > _MOST_DRAWN:
            self._draw()

    def ended(self, board: Board, *, more: bool) -> None:
        if self._running or self._board is not board or board.problem:
            self._state = f"{time.strftime('%H:%M:%S')}, after {time.monotonic() - board.saved:.1f} s"
        self._board, self._running, self._more = board, False, more
        self._summary = lines.summary(board, self._boards)
        self._draw()

    def settled(self) -> None:
        self._more = False
        self._draw()

    def interrupted(self, board: Board) -> None:
        self._draw()

    def tick(self) -> None:
        """Draw anew when the terminal has another size, and while a run goes on."""
        age = time.monotonic() - self._drawn[0]
        if self._console.size != self._drawn[1] or (age > 0.5 and (self._running or self._board is None)):
            self._draw()

    def key(self, key: str) -> None:
        """Do what a key asks for: h, n or a."""
        failures = self._board.failures() if self._board else []
        if key == "a":
            self._listing, self._page = not self._listing, 0
        elif key == "n" and self._listing:
            self._page += 1
        elif key == "n" and failures:
            names = [failure.test for failure in failures]
            at = names.index(self._selected) if self._selected in names else 0
            self._selected, self._hinted = names[(at + 1) % len(names)], None
        elif key == "h" and failures:
            first = self._chosen(failures)[0].test
            self._hinted = None if self._hinted == first else first
        self._draw()

    def _draw(self) -> None:
        size = self._console.size  # it may be another when all is drawn
        self._live.update(Text("\n", no_wrap=True).join(self._fitted(*size)), refresh=True)
        self._drawn = (time.monotonic(), size)

    def _fitted(self, width: int, height: int) -> list[Text]:
        board = self._board
        head = [Text(self._head(), style="bold"), Text()]
        if board is None:
            return fit(head, [], [Text("q quit", style="dim")], width, height)
        if self._listing and not (board.problem or board.broken):
            return self._list_of_tests(board, head, width, height)
        end = [Text(), *self._end(board), Text(_KEYS, style="dim")]
        return fit(head, self._blocks(board), end, width, height)

    def _head(self) -> str:
        board = self._board
        if board is None:
            return f"grader watch   {self._state}"
        file = lines.safe(board.file.name) if board.file else ""
        state = f"running, {len(board.fresh)} of {len(board.tests)}" if self._running else self._state
        if self._running and not board.fresh:
            state = "running …"
        elif self._more:
            state += "; trying other examples …"
        return f"{board.unit.name}   {file}   {state}"

    def _end(self, board: Board) -> list[Text]:
        if not self._running:
            good = board.complete()
            return [Text(line, style="green" if good else "") for line in self._summary]
        return [Text(lines.safe(board.counts(running=True)))] if board.verdicts and not board.broken else []

    def _blocks(self, board: Board) -> list[Block]:
        """Return a block of lines for each failure, beginning with the selected one."""
        chosen = [] if board.problem else self._chosen(board.failures())
        return [self._block(board, failure, first=i == 0) for i, failure in enumerate(chosen)]

    def _chosen(self, failures: list[Tested]) -> list[Tested]:
        at = next((i for i, failure in enumerate(failures) if failure.test == self._selected), 0)
        return [*failures[at:], *failures[:at]]

    def _block(self, board: Board, verdict: Tested, *, first: bool) -> Block:
        said = lines.body(verdict)
        if first and self._hinted == verdict.test:
            said.append(lines.hint_of(board, verdict))
        old = self._running and verdict.test not in board.fresh  # from the run before
        heading = lines.heading(board, verdict) + ("   (before this save)" if old else "")
        head = Text(heading, style="red dim" if old else "bold red")
        block = [head, *(Text(f"    {line}", style="dim" if old else "") for line in said)]
        if first and (printed := lines.printed(verdict)):
            shown = [printed[0], *printed[1:][-_MOST_PRINTED:]]
            if len(shown) < len(printed):
                shown[0] = f"Printed during the test, its last {_MOST_PRINTED} lines:"
            block += [cut(f"    {line}", "", self._console.width) for line in shown]
        return [*block, Text()]

    def _list_of_tests(self, board: Board, head: Sequence[Text], width: int, height: int) -> list[Text]:
        rows = [cut(*lines.row(board, test), width) for test in board.tests]
        room = max(1, height - len(head) - 2)
        pages = max(1, -(-len(rows) // room))
        self._page %= pages
        page = rows[self._page * room : (self._page + 1) * room]
        keys = f"{_KEYS_OF_LIST}   (page {self._page + 1} of {pages})"
        return fit(head, [[row] for row in page], [Text(), Text(keys, style="dim")], width, height)
