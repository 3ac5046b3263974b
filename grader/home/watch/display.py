"""The interface of what shows a student how a run goes: the screen, or plain lines."""

from __future__ import annotations

from typing import Protocol

from grader.home.watch.board import Board
from grader.home.watch.messages import Tested


class Display(Protocol):
    """Shows a board.

    began:       a run has begun
    tested:      a test has a verdict, or another one on other examples
    ended:       every test has its verdict. more: other examples are tried now
    settled:     other examples were tried
    interrupted: the file was saved again
    tick:        some time has passed
    """

    def began(self, board: Board) -> None: ...
    def tested(self, board: Board, verdict: Tested) -> None: ...
    def ended(self, board: Board, *, more: bool) -> None: ...
    def settled(self) -> None: ...
    def interrupted(self, board: Board) -> None: ...
    def tick(self) -> None: ...
