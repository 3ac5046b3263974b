"""A journal that was cut off or edited: lines that hold no entry are left alone, and a new entry is read again."""

from __future__ import annotations

import json

from fuzz import expect
from fuzz.damage import damaged
from fuzz.place import empty_folder
from fuzz.targets.record import GRADED, TOKENS, edited
from hypothesis import strategies as st

from grader.records.record import parse_record
from grader.records.store import Entry, Journal

_LINES = edited().map(
    lambda record: json.dumps({"key": ["ada", "01"], "content": "c", "record": record}).encode()
)
_ODD = [b'{"key": [[]], "record": 1}', b'{"key": null}', b"[]", b"7", b'{"key": ["cut', b"", b"[" * 2000]
INPUTS = damaged(
    st.lists(_LINES | st.sampled_from(_ODD), max_size=4).map(b"\n".join),
    [*TOKENS, b"\n", b'"key": [{}]', b'"key": "ab"', b'"content": []'],
    most=2,
)
_NEW = Entry(("bob", "01_softmax", "key"), parse_record(GRADED), "content")


def run(data: bytes) -> None:
    with empty_folder("graded") as folder:
        path = folder / "journal.jsonl"
        path.write_bytes(data)
        journal = Journal(path)
        before = list(journal.entries)
        known = {entry.key: entry.record for entry in before}  # as the queue has them
        known |= {(entry.content,): entry.record for entry in before}
        journal.append(_NEW)
        journal.close()
        again = Journal(path)
        again.close()
        expect(path.read_bytes().startswith(data), "what was there has changed")
        expect([e.key for e in again.entries] == [*(e.key for e in before), _NEW.key], again.entries)
        expect(again.entries[-1] == _NEW, again.entries[-1])
