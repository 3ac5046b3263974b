"""Canvas: the gradebook that the course exported, with the units' columns filled in, to be imported there.

That file identifies the students: its cells for Student, ID, SIS User ID, SIS Login ID and Section are kept as they
are, and a record finds its row by one of the three ids, or through the roster's other ids for the same student; never
by a name. Only rows with a grade are written, since Canvas leaves alone what an import does not mention.

Canvas takes more points than possible, so the bonus is in the score.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

from grader.intake.discovery.roster import Roster, decode_csv, delimiter_of
from grader.outputs.export.grades import Grades, earned, rounded
from grader.outputs.export.overwriting import ExportError
from grader.plain_files import read_plain
from grader.records.graded_class import ReportedRecord
from grader.records.scoring import Points
from grader.spreadsheet import Cell, as_csv

WHO = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_SIS_IDS = ("SIS Login ID", "SIS User ID")
_POSSIBLE = "    Points Possible"
_POINTS = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
_WITH_ID = re.compile(r"(?P<name>.*\S)\s*\((?P<id>\d+)\)")


@dataclass(frozen=True)
class Column:
    """A unit's column: its header, and the points possible that it has in Canvas; None for a new one."""

    header: str
    possible: Fraction | None = None


@dataclass(frozen=True)
class CanvasExport:
    """The file's text, with the students who were graded but are not in the gradebook, and the reverse."""

    text: str
    columns: Mapping[str, Column]
    rows: int
    without_row: Mapping[str, str]
    without_grade: tuple[str, ...]


class Gradebook:
    """A gradebook that Canvas exported."""

    def __init__(self, file: Path) -> None:
        """Read the file. Raise ExportError when it is not a gradebook of Canvas."""
        try:
            text = decode_csv(read_plain(file))
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
            rows = [r for r in reader if any(r)]
        except (OSError, csv.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise ExportError(f"the gradebook {file} can't be read: {reason}") from None
        self.header = [c.strip() for c in rows[0]] if rows else []
        if "Student" not in self.header or "ID" not in self.header:
            raise ExportError(
                f"{file} is not a gradebook of Canvas: its first line has no columns Student and ID. "
                "In Canvas: Grades, Export, Export Entire Gradebook."
            )
        self.who = [c for c in WHO if c in self.header]
        named = [dict(zip_longest(self.header, r[: len(self.header)], fillvalue="")) for r in rows[1:]]
        self.possible = next((r for r in named if r["Student"].strip() == _POSSIBLE.strip()), {})
        self.students = [r for r in named if r.get("ID", "").strip()]

    def column(self, wanted: str) -> str | None:
        """Return the header that `wanted` names: whole, by its id, or by its name. Raise ExportError for several."""
        if wanted in self.header and wanted not in WHO:
            return wanted
        folded = wanted.casefold()
        found = [
            header
            for header in self.header
            if (parts := _WITH_ID.fullmatch(header)) and folded in (parts["name"].casefold(), parts["id"])
        ]
        if len(found) > 1:
            raise ExportError(
                f"the gradebook has several columns for {wanted}: {', '.join(found)}. Say which: --column UNIT=ID"
            )
        return found[0] if found else None

    def rows_of(self, id_: str) -> set[int]:
        """Return the rows with this id as SIS Login ID or SIS User ID; as Canvas's own number if there are none."""
        return self._having(id_, _SIS_IDS) or self._having(id_, ("ID",))

    def rows_numbered(self, number: str) -> set[int]:
        """Return the rows with this number of Canvas's."""
        return self._having(number, ("ID",))

    def _having(self, id_: str, columns: Sequence[str]) -> set[int]:
        key = id_.strip().casefold()
        cells = ((n, r.get(c, "").strip().casefold()) for n, r in enumerate(self.students) for c in columns)
        return {n for n, cell in cells if cell and cell == key}


def canvas_csv(
    grades: Grades,
    gradebook: Gradebook,
    roster: Roster | None = None,
    *,
    columns: Mapping[str, str],
    bonus: bool = True,
    scale: bool = False,
) -> CanvasExport:
    """Return the gradebook with the grades filled in.

    columns: unit → name of its column; by default the unit's own name
    scale:   convert grades where the column has other points possible than the unit

    Raise ExportError where a column is ambiguous, or has other points possible and `scale` is not given.
    """
    if unknown := set(columns) - set(grades.units):
        raise ExportError(f"--column names a unit without grades: {', '.join(sorted(unknown))}")
    placed = {unit: _column(gradebook, columns.get(unit, unit), unit in columns) for unit in grades.units}
    headers = [c.header for c in placed.values()]
    if twice := {h for h in headers if headers.count(h) > 1}:
        raise ExportError(f"two units would share the column {', '.join(sorted(twice))}")
    possible = {unit: _possible(grades, unit, column, scale) for unit, column in placed.items()}
    rows, without_row = _match(grades, gradebook, roster)
    lines: list[list[Cell]] = [[*gradebook.who, *headers], [_POSSIBLE, *([""] * (len(gradebook.who) - 1))]]
    lines[1] += list(possible.values())
    for n in sorted(rows):
        theirs = gradebook.students[n]
        line: list[Cell] = [theirs.get(c, "") for c in gradebook.who]
        for unit, column in placed.items():
            record = rows[n].get(unit)
            # the gradebook's own value stays: an empty cell might be taken for a grade withdrawn
            line.append(
                theirs.get(column.header, "") if record is None else _score(record, possible[unit], bonus)
            )
        lines.append(line)
    without_grade = [_name(r) for n, r in enumerate(gradebook.students) if n not in rows]
    return CanvasExport(as_csv(lines), placed, len(rows), without_row, tuple(without_grade))


def _column(gradebook: Gradebook, wanted: str, asked: bool) -> Column:
    header = gradebook.column(wanted)
    if header is None:
        if asked and (wanted.isdigit() or wanted in WHO or _WITH_ID.fullmatch(wanted)):
            raise ExportError(f"the gradebook has no column {wanted}")
        return Column(wanted)
    text = gradebook.possible.get(header, "").strip()
    if not text:
        return Column(header)
    if not _POINTS.fullmatch(text):
        raise ExportError(
            f"{header} can't be filled in: its points possible are {text[:40]!r} (a column that Canvas computes?)"
        )
    return Column(header, Fraction(text.replace(",", ".")))


def _possible(grades: Grades, unit: str, column: Column, scale: bool) -> Fraction:
    totals = sorted({r.total.possible for r in grades.records if r.unit == unit})
    if len(totals) > 1:
        raise ExportError(
            f"{unit} was graded out of different totals ({', '.join(map(str, totals))}): grade the class again, "
            "so that one suite decides"
        )
    own = Fraction(totals[0])
    if column.possible is None or column.possible == own:
        return own
    if not scale:
        raise ExportError(
            f"{column.header} is out of {float(column.possible):g} points, and {unit} out of {own}: change it in "
            "Canvas, or convert with --scale"
        )
    return column.possible


def _score(record: ReportedRecord, possible: Fraction, bonus: bool) -> Fraction:
    points = Points(earned(record, bonus=bonus), record.total.possible)
    return rounded(points, out_of=possible, decimals=2)


def _match(
    grades: Grades, gradebook: Gradebook, roster: Roster | None
) -> tuple[dict[int, dict[str, ReportedRecord]], dict[str, str]]:
    """Return row → its records by unit, and student → why there is no row for them."""
    by_student: dict[str, dict[str, ReportedRecord]] = defaultdict(dict)
    for record in grades.records:
        by_student[record.student][record.unit] = record
    claims: dict[int, list[str]] = defaultdict(list)
    why: dict[str, str] = {}
    for student in by_student:
        rows = _rows(student, gradebook, roster)
        if len(rows) == 1:
            claims[min(rows)].append(student)
        else:
            why[student] = f"{len(rows)} rows have that id" if rows else "no row has that id"
    matched = {}
    for row, students in claims.items():
        if len(students) == 1:
            matched[row] = by_student[students[0]]
            continue
        for student in students:
            others = ", ".join(s for s in students if s != student)
            why[student] = f"{others} would have the same row, {_name(gradebook.students[row])}"
    return matched, why


def _rows(student: str, gradebook: Gradebook, roster: Roster | None) -> set[int]:
    if rows := gradebook.rows_of(student):
        return rows
    found = roster.find(student) if roster else None
    entry = next((s for s in roster or () if s.id == found), None)
    if entry is None:
        return set()
    others = (gradebook.rows_of(i) for i in (entry.id, entry.email, *entry.aliases))
    return gradebook.rows_numbered(entry.canvas).union(*others)


def _name(row: Mapping[str, str]) -> str:
    ids = next((row[c].strip() for c in (*_SIS_IDS, "ID") if row.get(c, "").strip()), "")
    return f"{row['Student'].strip()} ({ids})"
