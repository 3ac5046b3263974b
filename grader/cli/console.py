"""What commands share when they speak: usage errors, progress, lists of findings."""

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


def tell_problems(found: Discovery) -> None:
    for p in found.problems:
        stderr.print(shown(f"{p.kind}: {p.text}"), style="yellow", markup=False)


def tell_not_run(records: Sequence[Record], more: str = "") -> None:
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
    """Where the body can't write, this says so in a sentence: raises UsageError."""
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
