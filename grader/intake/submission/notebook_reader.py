"""Read the code cells of a Jupyter notebook with outputs of any size, and in any state of damage.

Nobody has vetted these files. The file is mapped into memory and walked through once: outputs, which may be hundreds of
megabytes of pictures, are skipped and never made into Python objects. Nothing is run.
"""

from __future__ import annotations

import json
import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.intake.errors import IntakeError
from grader.plain_files import open_plain

MAX_NOTEBOOK_BYTES = 1024**3  # of the file, outputs and all
MAX_CODE_BYTES = 10 * 1024**2  # of its code cells together
_MAX_STEPS = 200_000  # through cells and their entries
_MAX_SKIPPED = 10_000_000  # texts, lists and objects in skipped values
_MAX_RECODED_BYTES = 64 * 1024**2  # of a file in UTF-16, which has to be translated as a whole

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a file in that encoding begins
_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)', re.DOTALL)  # group 1 is empty where the file ends in it
_NESTED = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[{]|[\]}]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]++")
_CUT = "its text ends in the middle: it was not saved, or not uploaded, as a whole"


class NotebookError(IntakeError):
    """The file can't be read as a notebook. The text says what is wrong with it."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its number among all cells, counted from 1, and its text, with \\n at the ends of lines."""

    number: int
    source: str


def read_code(file: Path) -> list[Cell]:
    """Return the code cells of a notebook, of nbformat 3 or 4, in their order. Raise NotebookError and OSError."""
    with open_plain(file) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size == 0:
            raise NotebookError("it is empty")
        if size > MAX_NOTEBOOK_BYTES:
            raise NotebookError(f"it is larger than {MAX_NOTEBOOK_BYTES >> 20} MB; clear its outputs")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:2] in _UTF_16:
                return _cells(_recoded(data))
            return _cells(data)


def _recoded(data: mmap.mmap) -> bytes:
    if len(data) > _MAX_RECODED_BYTES:
        raise NotebookError("it is a large file in UTF-16; save it as UTF-8, as Jupyter does")
    return decoded(data[:]).encode()


def decoded(data: bytes) -> str:
    """Return the text of a notebook, or of a part: UTF-8, UTF-16 with its mark, or cp1252, which old editors save."""
    if data[:2] in _UTF_16:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _cells(data: mmap.mmap | bytes) -> list[Cell]:
    try:
        found = _Walk(data).cells()
    except RecursionError:
        raise NotebookError("it is nested too deeply") from None
    if found is None:
        raise NotebookError("it has no cells, so it is not a notebook")
    return found


class _Walk:
    """A walk through JSON text from its beginning to its end, which skips everything but code cells."""

    def __init__(self, data: mmap.mmap | bytes) -> None:
        self._data = data
        self._pos = 3 if data[:3] == b"\xef\xbb\xbf" else 0
        self._left = MAX_CODE_BYTES
        self._number = 0
        self._steps = _MAX_STEPS
        self._skipped = _MAX_SKIPPED

    def cells(self) -> list[Cell] | None:
        """Return all code cells, or None if the text has no list of cells."""
        found: list[Cell] | None = None
        for key in self._members():
            if key == "cells":
                found = found or []
                found += self._list_of_cells()
            elif key == "worksheets":  # nbformat 3
                for _ in self._items():
                    for inner in self._members():
                        if inner == "cells":
                            found = found or []
                            found += self._list_of_cells()
                        else:
                            self._skip()
            else:
                self._skip()
        return found

    def _list_of_cells(self) -> Iterator[Cell]:
        for _ in self._items():
            self._number += 1
            kind, source = "", ""
            for key in self._members():
                if key == "cell_type":
                    kind = self._text()
                elif key in ("source", "input"):
                    source = self._text()
                else:
                    self._skip()
            if kind == "code":
                self._left -= len(source)
                if self._left < 0:
                    raise NotebookError(f"its code cells hold more than {MAX_CODE_BYTES >> 20} MB of text")
                yield Cell(self._number, source.replace("\r\n", "\n").replace("\r", "\n"))

    def _members(self) -> Iterator[str]:
        """Yield the keys of the object that begins here. The caller has to read or skip the value of each."""
        yield from self._elements(b"{", b"}")

    def _items(self) -> Iterator[str]:
        yield from self._elements(b"[", b"]")

    def _elements(self, opening: bytes, closing: bytes) -> Iterator[str]:
        if self._next() != opening:
            raise NotebookError(
                "its JSON is not that of a notebook"
                if self._next()
                else "it ends where a part of it should begin"
            )
        self._pos += 1
        while (letter := self._next()) != closing:
            self._steps -= 1
            if self._steps < 0:
                raise NotebookError(f"its cells have more than {_MAX_STEPS} parts; clear its outputs")
            if letter == b",":
                self._pos += 1
            elif not letter:
                raise NotebookError(_CUT)
            elif opening == b"[":
                yield ""
            else:
                key = self._value()
                if not isinstance(key, str) or self._next() != b":":
                    raise NotebookError(_CUT if not self._next() else "it is not valid JSON")
                self._pos += 1
                yield key
        self._pos += 1

    def _text(self) -> str:
        """Return a text, or a list of texts joined, as notebooks have them; "" for anything else."""
        value = self._value()
        lines = value if isinstance(value, list) else [value]
        return "".join(line for line in lines if isinstance(line, str))

    def _value(self) -> Any:
        self._next()
        start = self._pos
        self._skip()
        if self._pos - start > 6 * MAX_CODE_BYTES:
            raise NotebookError(f"one of its cells holds more than {MAX_CODE_BYTES >> 20} MB of text")
        try:
            return json.loads(decoded(self._data[start : self._pos]), strict=False)
        except ValueError:
            raise NotebookError("it is not valid JSON") from None

    def _skip(self) -> None:
        """Step over a value."""
        letter = self._next()
        if not letter:
            raise NotebookError(_CUT)
        if letter in (b"{", b"["):
            depth = 0
            for token in _NESTED.finditer(self._data, self._pos):
                self._skipped -= 1
                if self._skipped < 0:
                    raise NotebookError(f"its outputs have more than {_MAX_SKIPPED} parts; clear them")
                first = token[0][:1] if token.end() - token.start() == 1 else b'"'
                if first == b'"' and not token[1]:
                    break
                depth += (first in (b"{", b"[")) - (first in (b"}", b"]"))
                if depth == 0:
                    self._pos = token.end()
                    return
            raise NotebookError(_CUT)
        found = (_STRING if letter == b'"' else _SCALAR).match(self._data, self._pos)
        if found is None:
            raise NotebookError("it is not valid JSON")
        if letter == b'"' and not found[1]:
            raise NotebookError(_CUT)
        self._pos = found.end()

    def _next(self) -> bytes:
        """Move to the next letter that is not a space, and return it; b"" at the end."""
        found = _SPACE.match(self._data, self._pos)
        assert found is not None
        self._pos = found.end()
        return self._data[self._pos : self._pos + 1]
