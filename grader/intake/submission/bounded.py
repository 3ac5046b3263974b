"""Parsing within limits: long texts are parsed in a process with limits of time and memory.

For some texts, the time that Python's parser takes grows with the square of their length, or its memory beyond any
machine's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.intake.submission import extraction, progress
from grader.intake.submission.notebook_reader import Cell, NotebookError

MAX_HERE = (
    30_000  # letters that are parsed in this process: starting another takes longer than the slowest of them
)
MAX_SECONDS = 20  # of the processor's time
MAX_MEMORY = 4 * 1024**3  # bytes
_WAIT = 300  # seconds on the clock, of a machine that has much else to do

_Cells = tuple[tuple[int, str], ...]


@lru_cache(maxsize=16)
def module_of(cells: _Cells, wanted: tuple[str, ...]) -> str:
    """Return the module extracted from cells, given as (number, text): see extraction.module_of.

    Raises NotebookError, also for cells that Python does not parse within MAX_SECONDS and MAX_MEMORY.
    """
    if sum(len(source) for _, source in cells) <= MAX_HERE:
        return extraction.module_of([Cell(*cell) for cell in cells], wanted)
    return str(_apart("module_of", [cells, wanted]))


@lru_cache(maxsize=16)
def written_in(one: str, other: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return what either module has written: see progress.written_in. Raises NotebookError as `module_of` does."""
    here = len(one) + len(other) <= MAX_HERE
    found = progress.written_in(one, other) if here else _apart("written_in", [one, other])
    return (frozenset(found[0]), frozenset(found[1])) if found else None


def _apart(what: str, arguments: list[Any]) -> Any:
    order = json.dumps([what, arguments])
    kit = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {kit!r}); from grader.intake.submission.bounded import answer; answer()"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], input=order.encode(), capture_output=True, timeout=_WAIT
        )
        reply: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise NotebookError(
            f"Python can't parse it within {MAX_SECONDS} seconds; it has a very long line, or a lot of text that is "
            "not code"
        ) from None
    if "error" in reply:
        raise NotebookError(reply["error"])
    return reply["result"]


def answer() -> None:
    """Do what standard input asks for and write the result, as JSON, to standard output. Runs in the other process."""
    _limit()
    what, arguments = json.load(sys.stdin)
    try:
        reply: dict[str, Any] = {"result": _DOES[what](*arguments)}
    except NotebookError as error:
        reply = {"error": str(error)}
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    json.dump(reply, sys.stdout)


def _module(cells: list[tuple[int, str]], wanted: list[str]) -> str:
    return extraction.module_of([Cell(*cell) for cell in cells], wanted)


def _written(one: str, other: str) -> list[list[str]] | None:
    found = progress.written_in(one, other)
    return [sorted(names) for names in found] if found else None


_DOES: dict[str, Callable[..., Any]] = {"module_of": _module, "written_in": _written}


def _limit() -> None:
    try:
        import resource
    except ImportError:  # on Windows, where the clock alone ends it
        return
    for what, most in ((resource.RLIMIT_CPU, MAX_SECONDS), (resource.RLIMIT_AS, MAX_MEMORY)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
