"""The file for a person's points and comments, in the forms that spreadsheets save it in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path

from grader.encodable import readable
from grader.intake.discovery.roster import decode_csv, delimiter_of
from grader.plain_files import read_plain
from grader.records.graded_class import ReportError
from grader.spreadsheet import cell, uncelled, writer

COLUMNS = ("student", "unit", "question", "points", "out_of", "comment", "answer", "changed")
_REQUIRED = COLUMNS[:-1]
_NUMBER = re.compile(r"\d+([.,]\d+)?")


@dataclass(frozen=True)
class Row:
    """One row. number: in the spreadsheet; cells: column → text; beyond: cells without a named column."""

    number: int
    cells: Mapping[str, str]
    beyond: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> str:
        """Return the text as it was typed, without spaces around it and the apostrophe against formulas."""
        return uncelled(self.cells.get(column, "").strip())

    @property
    def blank(self) -> bool:
        return not any(text.strip() for text in (*self.cells.values(), *self.beyond))

    @property
    def written(self) -> bool:
        """Somebody gave points or wrote a comment here."""
        return bool(self["points"] or self["comment"])


@dataclass(frozen=True)
class Sheet:
    """The file: a person's own columns, order of columns and delimiter included.

    columns: the distinct keys of its cells; header: the names in the file
    """

    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = COLUMNS
    header: tuple[str, ...] = COLUMNS
    delimiter: str = ","

    def with_rows(self, rows: Iterable[Row]) -> str:
        """Return the text of the file with these rows. A byte order mark makes Excel read names as UTF-8."""
        out = StringIO()
        write = writer(out, self.delimiter)
        new = [c for c in COLUMNS if c not in self.columns]
        write.writerow(cell(c) for c in (*self.header, *new))
        for row in rows:
            texts = [row.cells.get(c, "") for c in (*self.columns, *new)]
            write.writerow(cell(text) for text in (*texts, *row.beyond))
        text = out.getvalue()
        return text if text.isascii() else f"\ufeff{text}"


def read_sheet(file: Path) -> Sheet:
    """Read the file, in UTF-8, UTF-16 or cp1252, with commas, semicolons or tabs. An absent file has no rows.

    Raise ReportError when the rows can't be read: nothing that somebody wrote is thrown away.
    """
    if not file.exists():
        return Sheet()
    try:
        text = decode_csv(read_plain(file)).lstrip("\r\n")
        if text.casefold().startswith("sep="):
            text = text.partition("\n")[2]
        delimiter = delimiter_of(text)
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (OSError, csv.Error) as error:
        raise ReportError(f"{file} can't be read ({error}): save it as CSV, or move it away") from error
    lines = [list(map(_cell, line)) for line in lines]
    if not any(map(any, lines)):
        return Sheet()
    columns = _columns(lines[0], file)
    while not any(lines[-1]):
        lines.pop()
    rows = [
        Row(number, dict(zip(columns, line, strict=False)), tuple(line[len(columns) :]))
        for number, line in enumerate(lines[1:], 2)
    ]
    return Sheet(tuple(rows), columns, tuple(lines[0]), delimiter)


def _cell(text: str) -> str:
    """Return the text of a cell, without the spaces around it that would be spelled out when it is written again."""
    return text.strip() if readable(text) != text or text.startswith(("\t", "\r", "\n")) else text


def _columns(header: list[str], file: Path) -> tuple[str, ...]:
    """Return the keys of the cells: our columns by their names, others by name and place."""
    folded = [c.strip().casefold() for c in header]
    if missing := sorted(set(_REQUIRED) - set(folded)):
        raise ReportError(f"{file} has no column {', '.join(missing)}: put it back, or move the file away")
    if twice := sorted({c for c in COLUMNS if folded.count(c) > 1}):
        raise ReportError(f"{file} has two columns {', '.join(twice)}: take one of them away")
    return tuple(c if c in COLUMNS else f"{c} in column {n}" for n, c in enumerate(folded, 1))


def points_in(text: str, out_of: int) -> Fraction | None:
    """Return the points in a cell; None for an empty one, which is not graded yet. Raise ValueError."""
    plain = text.removeprefix("'").strip()  # an apostrophe makes a number text in spreadsheets
    if not plain:
        return None
    if _NUMBER.fullmatch(plain):
        points = Fraction(Decimal(plain.replace(",", ".")))
        if points <= out_of and (points * 100).denominator == 1:
            return points
    raise ValueError(
        f"{text!r} can't be counted; write a number from 0 to {out_of}, such as 0.5, with two decimals at most, "
        "or leave the cell empty until the answer is graded"
    )
