"""Cells of a CSV file that a spreadsheet takes for text or numbers, never for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

Cell = str | int | Fraction
_STARTS = tuple("=+-@\t\r\n＝＋－＠|")


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """The text of a CSV file. Numbers are written as they are; text that would start a formula is neutralised."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell(c) for c in row] for row in rows)
    return text.getvalue()


def cell(value: Cell) -> str:
    """One cell. Text that a spreadsheet would run, spaces before it or not, gets an apostrophe in front."""
    if isinstance(value, str):
        runs = value.startswith(_STARTS) or value.strip().startswith(_STARTS)
        return f"'{value}" if runs else value
    return figures(value)


def uncelled(text: str) -> str:
    """The text that `cell` has put an apostrophe in front of; any other as it is."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def figures(value: int | Fraction) -> str:
    """A number to be read: 2, 2.5 or 2.25."""
    if isinstance(value, Fraction) and value.denominator > 1:
        return f"{float(value):.2f}".rstrip("0")
    return str(value)
