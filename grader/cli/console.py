"""Output that commands share: usage errors, progress, findings, records that were not run."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.files import as_json
from grader.intake.discovery.discover import Discovery
from grader.intake.discovery.findings import shown
from grader.records.record import Record

stderr = Console(stderr=True, highlight=False)


class UsageError(Exception):
    """The command can't be carried out as given. The text says what to do."""


def show_findings(found: Discovery) -> None:
    for finding in found.findings:
        stderr.print(shown(f"{finding.kind}: {finding.text}"), style="yellow", markup=False)


def show_renamed(old: str, new: str) -> None:
    """Say that a command has another name now."""
    print(f"`{old}` is now `{new}`; the old name works for one more release.", file=sys.stderr)


def show_not_run(records: Sequence[Record], more: str = "") -> None:
    for record in records:
        text = record.fault or "a test could not be run"
        print(shown(f"NOT GRADED: {record.student}, {record.unit}: {text}{more}"), file=sys.stderr)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


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
