"""A class as it was handed in, as a zip: what is found in it is staged, or is a finding, all of which can be shown."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from fuzz import expect
from fuzz.damage import damaged
from fuzz.place import as_file, empty_folder
from fuzz.targets import archive, notebook, source
from hypothesis import strategies as st

from grader.encodable import readable
from grader.intake.apart.client import HERE
from grader.intake.discovery.discover import discover
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.flags import flags_of
from grader.intake.submission.staging import stage

_UNITS = {"01_softmax": "softmax", "02_init": "init"}
_OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"only_unit": "01_softmax"},
    {"match": re.compile(r"(?P<student>[^/_]+)[/_].*(?P<unit>softmax|02)?")},
)
_FILES = st.lists(
    st.tuples(
        archive.NAMES,
        source.SOURCES | notebook.INPUTS | archive.INPUTS,
        st.just(0o100644),
        st.just(zipfile.ZIP_STORED),
    ),
    max_size=6,
    unique_by=lambda file: file[0],
)
INPUTS = damaged(_FILES.map(archive.zipped), [b"softmax", b"init", b"/", b"_", b".py"], most=2)


def run(data: bytes) -> None:
    file = as_file("class.zip", data)
    HERE.inside = True  # read here: whoever fuzzes watches memory and time
    try:
        _find(file)
    finally:
        HERE.inside = False


def _find(file: Path) -> None:
    for options in _OPTIONS:
        with empty_folder("found") as place:
            (place / "work").mkdir()
            found = discover(file, _UNITS, workdir=place / "work", **options)
            for finding in found.findings:
                expect(readable(finding.text) == finding.text, "controls in", finding.text)
            for number, submission in enumerate(found.submissions):
                expect(submission.student.strip() and submission.unit in _UNITS, submission)
                _stage(submission, place / str(number))
            left = [f for f in place.rglob("*") if f.is_symlink()]
            expect(not left, "links", left)


def _stage(submission: Any, folder: Path) -> None:
    folder.mkdir()
    try:
        copy = stage(submission, "softmax", folder)
        expect(copy.extract(["softmax"]).is_file() and len(copy.sha256) == 64, copy)
        expect(copy.sha256 == submission.sha256(), "another digest than its copy's")
    except SubmissionError:
        return
    flags_of(copy)
