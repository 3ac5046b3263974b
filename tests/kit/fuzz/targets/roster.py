"""A roster: refused with a RosterError, or students, each of whom is found by the id, and by nobody else's."""

from __future__ import annotations

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from hypothesis import strategies as st

from grader.intake.discovery.attribution import Naming
from grader.intake.discovery.layouts import Who
from grader.intake.discovery.roster import Roster, RosterError

_HEADERS = (
    *("id,name,email,aliases,section", "Student ID;First Name;Last Name;Due;due 01_softmax", "id\tname"),
    *(
        "Student,ID,SIS User ID,SIS Login ID,Section,01_softmax (5)",
        "\ufeffid,name",
        "sep=;\nid;name",
        "name,id,id",
    ),
)
_CELLS = (
    st.sampled_from(
        ["1", "007", "ada", "ADA", "Ada Lovelace", "Lovelace, Ada", "a@b.c", "x;y", '"', "Zoë", "ß", "ﬁ", ""]
    )
    | texts(6)
    | texts(6).map(lambda text: '"' + text.replace('"', '""') + '"')
)
_TOKENS = [
    b'"',
    b'""',
    b"\r\n",
    b"\n",
    b",",
    b";",
    b"\t",
    b"id",
    b"\xe9",
    "Σ".encode(),
    "İ".encode(),
    "\ufdfa".encode(),
]


def table(header: str, rows: list[list[str]], encoding: str) -> bytes:
    """Return the bytes of a CSV file whose delimiter is the header's."""
    delimiter = max(",;\t", key=header.count)
    return "\n".join([header, *(delimiter.join(row) for row in rows)]).encode(encoding, "replace")


ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
INPUTS = damaged(
    st.builds(
        table, st.sampled_from(_HEADERS), st.lists(st.lists(_CELLS, max_size=6), max_size=5), ENCODINGS
    ),
    _TOKENS,
)


def run(data: bytes) -> None:
    file = as_file("roster.csv", data)
    try:
        roster = Roster.read(file)
    except RosterError as error:
        expect(str(file) in str(error), error)
        return
    ids = [student.id for student in roster]
    expect(
        all(ids) and len({i.casefold() for i in ids}) == len(ids), "ids that are empty, or twice there", ids
    )
    for student in roster:
        found = roster.find(student.id)
        expect(found in (student.id, None), "the id of", student, "finds", found)
        for label in (student.name, student.email, student.last_name, student.first_name, *student.aliases):
            expect(roster.find(label) in (None, *ids), label)
        student.due_for("01_softmax")
        naming = Naming([Who((student.name or "x",), student.canvas, "canvas")], roster)
        naming.student(Who((student.name,), student.canvas, "canvas"))
