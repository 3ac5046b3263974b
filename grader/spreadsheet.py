"""CSV files for spreadsheets, whose cells are text or numbers, never formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, TextIO

from grader.encodable import readable

Cell = str | int | Fraction
_STARTS = tuple("=+-@\t\r\n＝＋－＠|")
_UNSEEN = re.compile(r"[\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*+")


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the text of a CSV file, all quoted; text that would start a formula is escaped."""
    text = io.StringIO()
    writer(text).writerows([cell(c) for c in row] for row in rows)
    return text.getvalue()


def writer(file: TextIO, delimiter: str = ",") -> Any:
    """Return a csv.writer that quotes every cell: a spreadsheet may take another character for the delimiter."""
    return csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)


def cell(value: Cell) -> str:
    """Return one cell's text, without controls.

    An apostrophe goes in front of what a spreadsheet would run, after spaces and what does not show, or not.
    """
    if isinstance(value, str):
        value = readable(value)
        seen = _UNSEEN.match(value)
        runs = value.startswith(_STARTS) or value[seen.end() if seen else 0 :].startswith(_STARTS)
        return f"'{value}" if runs else value
    return figures(value)


def uncelled(text: str) -> str:
    """Return the text without the apostrophe that `cell` has put in front; any other text as it is."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def figures(value: int | Fraction) -> str:
    """Return a number as people read it: 2, 2.5 or 2.25."""
    if isinstance(value, Fraction) and value.denominator > 1:
        return f"{float(value):.2f}".rstrip("0")
    return str(value)
