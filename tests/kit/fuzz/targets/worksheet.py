"""A worksheet of points by hand: refused with a ReportError, or rows that are the same when they are written again."""

from __future__ import annotations

from collections.abc import Iterable

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from fuzz.targets.roster import ENCODINGS, table
from hypothesis import strategies as st

from grader.encodable import readable
from grader.outputs.report.worksheet_file import COLUMNS, Row, points_in, read_sheet
from grader.records.graded_class import ReportError

_HEADERS = (
    ",".join(COLUMNS),
    ";".join(reversed(COLUMNS)),
    "\t".join(("my own", *COLUMNS[:-1], "Points left", "my own")),
    "sep=;\n" + ";".join(COLUMNS),
    ",".join(COLUMNS).upper(),
)
_CELLS = (
    st.sampled_from(
        ["ada", "01_softmax", "why", "1", "0,5", "'2", "=1+1", "'=1+1", "-1", "1e9", "٣", "x0123", '""', ""]
    )
    | texts(6)
    | texts(6).map(lambda text: '"' + text.replace('"', '""') + '"')
)
_TOKENS = [b'"', b"\r", b"\r\n", b"\n", b";", b",", b"'", b"=", b"points", "＝".encode(), b"\xc2\xad"]
INPUTS = damaged(
    st.builds(
        table, st.sampled_from(_HEADERS), st.lists(st.lists(_CELLS, max_size=9), max_size=4), ENCODINGS
    ),
    _TOKENS,
)


def run(data: bytes) -> None:
    try:
        sheet = read_sheet(as_file("worksheet.csv", data))
    except ReportError:
        return
    for row in sheet.rows:
        for column in sheet.columns:
            _count(row[column])
    written = sheet.with_rows(sheet.rows)
    again = read_sheet(as_file("again.csv", written.encode("utf-8")))
    expect(
        again.columns[: len(sheet.columns)] == tuple(map(readable, sheet.columns)),
        sheet.columns,
        again.columns,
    )
    expect(
        _said(again.rows) == _said(sheet.rows),
        "written again, it says",
        _said(again.rows),
        "not",
        _said(sheet.rows),
    )
    third = again.with_rows(again.rows)
    expect(third == written, "written twice, it differs:", third, written)


def _said(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return what the rows say in the columns of the kit. Spelling out controls, and empty rows, change nothing."""
    said = [{column: readable(row[column]) for column in COLUMNS if row[column]} for row in rows]
    while said and not said[-1]:
        said.pop()
    return said


def _count(text: str) -> None:
    try:
        points = points_in(text, 5)
    except ValueError:
        return
    expect(points is None or 0 <= points <= 5, text, points)
