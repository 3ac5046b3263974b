"""Output that commands share: usage errors, progress, findings, records that were not run."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.encodable import shown
from grader.files import as_json
from grader.intake.discovery.discover import Discovery
from grader.records.record import Record

stderr = Console(stderr=True, highlight=False)
_LONGEST_NAME = 32  # characters, on the display of what is being graded


class UsageError(Exception):
    """The command can't be carried out as given. The text says what to do."""


def show_findings(found: Discovery) -> None:
    for finding in found.findings:
        # Not wrapped: the log of a CI system could take a line that begins in the middle of a name for a command.
        text = shown(f"{finding.kind}: {finding.text}")
        stderr.print(text, style="yellow", markup=False, soft_wrap=True)


def show_renamed(old: str, new: str) -> None:
    """Say that a command has another name now."""
    print(f"`{old}` is now `{new}`; the old name works for one more release.", file=sys.stderr)


def show_not_run(records: Sequence[Record], more: str = "") -> None:
    for record in records:
        text = record.fault or "a test could not be run"
        print(shown(f"NOT GRADED: {record.student}, {record.unit}: {text}{more}"), file=sys.stderr)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what tells a bar on the terminal how many are done; there is none in a pipe."""
    with GradingDisplay(what) as display:
        yield display.show_done


_STARTING = "the judge starts: it collects the tests and tries them on the answer key"


class GradingDisplay(Progress):
    """A bar on the terminal, and below it the submissions that are being graded. In a pipe there is neither."""

    def __init__(self, what: str) -> None:
        self._in_flight = self._starting = Text(_STARTING, no_wrap=True, overflow="crop", style="dim")
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        super().__init__(*columns, console=stderr, transient=True, refresh_per_second=4)
        self._bar = self.add_task(what, total=None)

    def show_done(self, done: int, total: int) -> None:
        self.update(self._bar, completed=done, total=total)
        if done and self._in_flight is self._starting:
            self._in_flight = Text()

    def show_in_flight(self, names: Sequence[tuple[str, str]]) -> None:
        """Show the (student, unit) of what is being graded, on one line, whatever is in the names."""
        line = "; ".join(f"{_short(student)}, {_short(unit)}" for student, unit in names)
        self._in_flight = Text(line, no_wrap=True, overflow="crop", style="dim")

    def stop(self) -> None:
        self.live.stop()  # Progress would add an empty line in a pipe

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        if self._in_flight:
            yield self._in_flight


def _short(name: str) -> str:
    """Return a name as this terminal can show it, and cut where it would hide the others."""
    text = shown(name).encode(stderr.encoding, "backslashreplace").decode(stderr.encoding)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 3] + "..."


@contextlib.contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Raise UsageError, in a sentence, when the body can't write."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{folder} could not be written: {error.strerror} ({error.filename})") from None


def print_json(value: Any) -> None:
    """Print JSON that can be read whatever the encoding of the output is."""
    text = as_json(value)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=1) + "\n"
    print(text, end="")
