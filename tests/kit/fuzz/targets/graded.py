"""The folder of a graded class: what can't be read in it is a finding, or a ReportError; the rest is shown."""

from __future__ import annotations

import json

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import empty_folder
from fuzz.targets import record as one
from fuzz.targets.record import can_be_shown
from hypothesis import strategies as st

from grader.outputs.export.grades import read_grades
from grader.outputs.export.overwriting import ExportError, write_export
from grader.outputs.report.manual_points import read_graded
from grader.records.graded_class import ReportError, read_class

PARTS = b"\n====\n"  # between the files
_FINDINGS = st.fixed_dictionaries(
    {}, optional={key: texts() | one.VALUES for key in ("kind", "student", "path", "text")}
)
_SUMMARIES = st.fixed_dictionaries(
    {},
    optional={
        "title": texts() | one.VALUES,
        "seconds": st.floats() | one.VALUES,
        "problems": st.lists(_FINDINGS | one.VALUES, max_size=2) | one.VALUES,
    },
)
_RUBRIC = {"question": "Why?", "points": 3, "criteria": [{"points": 3, "text": "because"}]}
_RUBRICS = st.sampled_from(
    [{"01_softmax": {"why": _RUBRIC}}, {"01_softmax": {}}, [["01_softmax", 3]], {"01_softmax": 7}, 7]
)
_WORKSHEETS = st.lists(
    st.sampled_from(
        ["ada,01_softmax,why,2,3,good,,", "ADA,01_softmax,why,5,3,,x1,", "x,y,z,1,1,1,1,1,1", '"']
    )
).map(lambda rows: "\n".join(["student,unit,question,points,out_of,comment,answer,changed", *rows]).encode())
_EXPORTS = st.sampled_from([b"{}", b"[]", b'{"a": 1}', b"[" * 3000])
_JSON = (_SUMMARIES | _RUBRICS).map(lambda value: json.dumps(value).encode())
INPUTS = damaged(
    st.tuples(
        one.INPUTS, _JSON, _RUBRICS.map(lambda value: json.dumps(value).encode()), _WORKSHEETS, _EXPORTS
    ).map(PARTS.join),
    [*one.TOKENS, PARTS],
    most=2,
)


def run(data: bytes) -> None:
    record, summary, rubrics, worksheet, exports, *_ = [*data.split(PARTS), b"", b"", b"", b"", b""]
    with empty_folder("graded") as folder:
        (folder / "records" / "ada").mkdir(parents=True)
        (folder / "records" / "ada" / "01_softmax.json").write_bytes(record)
        (folder / "summary.json").write_bytes(summary)
        graded = read_class(folder)
        for known in graded.records:
            can_be_shown(known)
        expect(
            len(graded.students) == 1 and len(graded.records) + len(graded.students[0].broken) == 1, graded
        )
        for name, content in (
            ("rubrics.json", rubrics),
            ("worksheet.csv", worksheet),
            ("exports.json", exports),
        ):
            if content:
                (folder / name).write_bytes(content)
        try:
            for reported in read_graded(folder).records:
                expect(0 <= reported.total.percent <= 100 and reported.waiting >= 0, reported)
            read_grades(folder)
        except (ReportError, ExportError):
            pass
        write_export(folder, folder / "grades.csv", "a,b\n")
