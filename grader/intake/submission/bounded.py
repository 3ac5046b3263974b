"""Parsing within limits: long texts are parsed in the reading process.

For some texts, the time that Python's parser takes grows with the square of their length, or its memory beyond any
machine's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

from grader.intake.apart.client import apart
from grader.intake.errors import UnreadableError
from grader.intake.submission import extraction, progress
from grader.intake.submission.notebook_reader import Cell, NotebookError

MAX_HERE = (
    30_000  # letters that are parsed in this process: even the slowest of them take no time to speak of
)

P = ParamSpec("P")
T = TypeVar("T")
_Cells = tuple[tuple[int, str], ...]


@lru_cache(maxsize=16)
def module_of(cells: _Cells, wanted: tuple[str, ...]) -> str:
    """Return the module extracted from cells, given as (number, text): see extraction.module_of.

    Raises NotebookError, also for cells that Python does not parse within the limits.
    """
    length = sum(len(source) for _, source in cells)
    return _bounded(length, extraction.module_of, [Cell(*cell) for cell in cells], wanted)


@lru_cache(maxsize=16)
def written_in(one: str, other: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return what either module has written: see progress.written_in. Raises NotebookError as `module_of` does."""
    found = _bounded(len(one) + len(other), progress.written_in, one, other)
    return (frozenset(found[0]), frozenset(found[1])) if found else None


def _bounded(length: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    if length <= MAX_HERE:
        return function(*args, **kwargs)
    try:
        return apart(function, *args, **kwargs)
    except UnreadableError as error:
        raise NotebookError(str(error)) from None
