"""Gradescope's file about a submission: refused with a NotGraded, or students and whether they are late."""

from __future__ import annotations

import json
from typing import Any

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from fuzz.targets.record import TOKENS, VALUES
from hypothesis import strategies as st

from grader.authoring.autograders import NotGraded
from grader.cli.autograde import _json, _late, _who

_DATES = (
    st.sampled_from(["2026-11-01T10:00:00.5-08:00", "2026-11-01", "2026-11-01T10:00:00Z", "never"]) | VALUES
)
_USERS = st.fixed_dictionaries(
    {},
    optional={
        "email": texts() | VALUES,
        "name": texts() | VALUES,
        "id": VALUES,
        "assignment": st.fixed_dictionaries({}, optional={"due_date": _DATES}) | VALUES,
    },
)
_METADATA: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "created_at": _DATES,
        "assignment": st.fixed_dictionaries({}, optional={"due_date": _DATES}) | VALUES,
        "users": st.lists(_USERS | VALUES, max_size=3) | VALUES,
    },
)
INPUTS = damaged(_METADATA.map(lambda value: json.dumps(value).encode()), TOKENS, most=2)


def run(data: bytes) -> None:
    try:
        metadata = _json(as_file("submission_metadata.json", data))
    except NotGraded:
        return
    who = _who(metadata)
    expect(who and who.isprintable() and _late(metadata) in (True, False), who)
