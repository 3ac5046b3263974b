"""A box's reply to a request: a value, or one of the endings of a call, whose words can be shown."""

from __future__ import annotations

import json
from typing import Any

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.targets.wire import framed
from hypothesis import strategies as st

from grader import endings
from grader.box import wire
from grader.box.session import error_from
from grader.box.transcript import reply_in
from grader.encodable import readable

_ENDINGS = (
    "StudentError",
    "NotImplementedYet",
    "ForbiddenCall",
    "MemoryLimit",
    "Broken",
    "Crashed",
    "TimeLimit",
)
_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.floats() | texts() | st.sampled_from(_ENDINGS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(3), inner, max_size=3),
    max_leaves=6,
)
_REPLIES = st.fixed_dictionaries(
    {},
    optional={
        "ended": st.sampled_from(_ENDINGS) | _ANY,
        "text": texts(3000) | _ANY,
        "where": texts() | _ANY,
        "classes": st.lists(texts(), max_size=3) | _ANY,
        "value": _ANY,
        "ready": st.booleans() | _ANY,
        "last": st.booleans() | _ANY,
    },
)
_TOKENS = [b'"ended":"StudentError"', b'"classes":', b'"text":', b"7", b"[]", b"null"]
INPUTS = (
    _REPLIES.map(wire.pack)
    | damaged(_REPLIES.map(lambda reply: json.dumps([{"s": reply}, []]).encode()), _TOKENS).map(framed)
    | _ANY.map(wire.pack)
)
_LONGEST = 10_000  # letters of a text: a class's names, each cut, and the text, cut


def run(data: bytes) -> None:
    try:
        content = reply_in(data).content
    except endings.Crashed as crashed:
        expect(len(str(crashed)) < _LONGEST and _is_readable(crashed.text), crashed)
        return
    if "value" in content:
        return
    error = error_from(content)
    expect(isinstance(error, (endings.Ended, endings.StudentError)), type(error))
    assert isinstance(error, (endings.Ended, endings.StudentError))
    expect(all(map(_is_readable, (str(error), error.text, error.where))), repr(error))
    expect(len(str(error)) < _LONGEST and len(error.where) < _LONGEST, "too long:", len(str(error)))


def _is_readable(text: str) -> bool:
    text.encode("utf-8")
    return readable(text) == text
