"""A gradebook that Canvas exported: refused with an ExportError, or filled in, so that it can be read again."""

from __future__ import annotations

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from fuzz.targets.record import GRADED
from fuzz.targets.roster import ENCODINGS, table
from hypothesis import strategies as st

from grader.outputs.export.canvas import Gradebook, canvas_csv
from grader.outputs.export.grades import Grades
from grader.outputs.export.overwriting import ExportError
from grader.records.graded_class import reported
from grader.records.record import parse_record

_HEADERS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01_softmax (12)",
    "ID;Student;01_softmax (12);02_init (13);01_softmax",
    "Student\tID\t01_softmax",
    "Student,ID,SIS User ID,ID,Student",
)
_CELLS = st.sampled_from(
    [
        *(
            "Lovelace, Ada",
            '"Lovelace, Ada"',
            "    Points Possible",
            "ada",
            "7",
            "5",
            "5.0",
            "4",
            "-4",
            "(read only)",
        ),
        *("0", "1/0", "1/3", "nan", "inf", "1e9", "1e400", "=1", ""),
    ]
) | texts(6)
_TOKENS = [b'"', b"\n", b",", b"Points Possible", b"(12)", b"ID", b"Student", b"1e99", b"1/0", b"ada"]
INPUTS = damaged(
    st.builds(
        table, st.sampled_from(_HEADERS), st.lists(st.lists(_CELLS, max_size=6), max_size=4), ENCODINGS
    ),
    _TOKENS,
)
_GRADES = Grades((reported(parse_record(GRADED)),), {})


def run(data: bytes) -> None:
    for scale in (False, True):
        try:
            gradebook = Gradebook(as_file("gradebook.csv", data))
            done = canvas_csv(_GRADES, gradebook, columns={"01_softmax": "12"} if scale else {}, scale=scale)
        except ExportError:
            continue
        expect(done.rows + len(done.without_row) == 1, done)
        again = Gradebook(as_file("again.csv", done.text.encode("utf-8")))
        expect(len(again.students) <= len(gradebook.students), "more students than before", done.text)
