"""CSV files for spreadsheets, whose cells are text or numbers, never formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

Cell = str | int | Fraction
_STARTS = tuple("=+-@\t\r\n＝＋－＠|")


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the text of a CSV file. Numbers are written as they are; text that would start a formula is escaped."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell(c) for c in row] for row in rows)
    return text.getvalue()


def cell(value: Cell) -> str:
    """Return one cell's text. An apostrophe goes in front of what a spreadsheet would run, after spaces or not."""
    if isinstance(value, str):
        runs = value.startswith(_STARTS) or value.strip().startswith(_STARTS)
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
