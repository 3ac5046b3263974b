"""The file of a record, which somebody may have edited: refused with a ValueError, or the same when written again."""

from __future__ import annotations

import copy
import json
from typing import Any

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from hypothesis import strategies as st

from grader.encodable import readable
from grader.records.graded_class import reported
from grader.records.outcomes import Outcome
from grader.records.record import Record, without_times
from grader.records.store import read_record, record_as_json

TEST: dict[str, Any] = {
    "id": "test_softmax.py::test_sum[a]",
    "title": "sum",
    "of": "logsumexp",
    "band": "core",
    "hidden": False,
    "deepens": None,
    "points": 5,
    "outcome": "pass",
    "message": "m",
    "counterexample": "",
    "where": "",
    "hint": "h",
    "replay": ["6.0", "blob"],
    "seconds": 0.5,
    "curves": {"loss": [[0, 1.0]]},
    "answers": {"why": "because"},
    "earned": 5,
}
GRADED: dict[str, Any] = {
    "schema": 1,
    "student": "ada",
    "unit": "01_softmax",
    "submission": {"files": ["softmax.py"], "sha256": "0" * 64, "joined": {"02_init": "1"}},
    "suite_sha256": "2",
    "seed_id": "3",
    "versions": {"torch": "2"},
    "tier": "T1",
    "device": "cpu",
    "late": False,
    "started": "2026-11-01T10:00:00+00:00",
    "seconds": 1.5,
    "status": "graded",
    "score": {
        band: {"earned": 5 if band == "core" else 0, "possible": 5} for band in ("core", "robust", "stretch")
    },
    "order": ["logsumexp"],
    "tests": [
        TEST,
        {**TEST, "id": "test_hidden.py::t", "hidden": True, "deepens": "test_sum", "outcome": "fail"},
    ],
    "diagnosis": [{"misconception": "x"}],
}
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | texts()
    | st.sampled_from([*Outcome, "graded", "not_run", [], {}, [[]], {"a": {}}, [None], 10**400, 1.0])
)
TOKENS = [
    *(
        b"null",
        b"true",
        b"1e999",
        b"NaN",
        b"-0.0",
        b'"\\ud800"',
        b'"\\u001b[31m"',
        b"[" * 600,
        b'{"a":' * 600,
    ),
    *(
        b'"schema": 1',
        b'"band": "stretch"',
        b'"outcome": "skipped"',
        b'"status": "not_run"',
        b'"replay": ["a"]',
    ),
]


def _paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, part in inner for path in _paths(part, (*here, key)))]


_PATHS = st.sampled_from(_paths(GRADED)[1:])


@st.composite
def edited(draw: st.DrawFn) -> dict[str, Any]:
    """Return a record of which some values were replaced or taken away."""
    record = copy.deepcopy(GRADED)
    for _ in range(draw(st.integers(0, 3))):
        *way, last = draw(_PATHS)
        place: Any = record
        try:
            for step in way:
                place = place[step]
            if draw(st.integers(0, 2)):
                place[last] = draw(VALUES)
            else:
                del place[last]
        except (KeyError, IndexError, TypeError):  # gone already
            continue
    return record


INPUTS = damaged(edited().map(lambda record: json.dumps(record).encode()), TOKENS, most=2)


def run(data: bytes) -> None:
    file = as_file("01_softmax.json", data)
    try:
        record = read_record(file)
    except ValueError:
        return
    can_be_shown(record)
    text = record_as_json(record)
    expect(readable(text) == text, "controls in", text)
    file.write_bytes(text.encode("utf-8", "backslashreplace"))
    again = record_as_json(read_record(file))
    expect(again == text, "written again, it says", again, "not", text)


def can_be_shown(record: Record) -> None:
    """Call what pages and exports ask of every record."""
    without_times(record)
    shown = reported(record)
    for points in (shown.total, shown.bonus, shown.by_hand, *(shown.points(band) for band in shown.score)):
        expect(0 <= points.percent <= 100, points)
    for test in shown.tests:
        expect(isinstance(test.name, str) and test.judged in (True, False), test)
    expect(isinstance(shown.functions, list) and shown.waiting == 0, shown)
