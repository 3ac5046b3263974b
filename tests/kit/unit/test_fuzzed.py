"""Bytes that somebody else wrote are refused in the documented way or read as they are: see tests/kit/fuzz.

Some seconds of what `make fuzz` does for an hour, on valid things and damaged ones; and what that has found.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from fuzz import NAMES, Target, target
from fuzz.drawing import drawn
from fuzz.targets.graded import PARTS
from fuzz.targets.record import GRADED
from fuzz.targets.wire import framed
from hypothesis import HealthCheck, given, settings

from grader.box import wire
from grader.outputs.report.worksheet_file import COLUMNS

_EXAMPLES = 60


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_or_refused(name: str) -> None:
    fuzzed: Target = target(name)

    # The same examples each time: looking for others is for `make fuzz`.
    @settings(max_examples=_EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(data=fuzzed.inputs)
    def run(data: bytes) -> None:
        fuzzed.run(data)

    run()


def _journal(**entry: object) -> bytes:
    return json.dumps({"key": ["ada"], "content": "c", "record": GRADED} | entry).encode()


def _graded(summary: bytes = b"{}", rubrics: bytes = b"", exports: bytes = b"{}") -> bytes:
    return PARTS.join([json.dumps(GRADED).encode(), summary, rubrics, b"", exports])


def _tarball(name: str) -> bytes:
    with tarfile.open(fileobj=(buffer := io.BytesIO()), mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    return gzip.compress(buffer.getvalue(), mtime=0)


_WORKSHEET = ",".join(COLUMNS).encode() + b"\n"
_DEEP = b"[" * 3000
FOUND = {
    "a number that Python does not read": ("settings", b"[limits]\nmemory_mb = " + b"9" * 5000 + b"\n"),
    "classes that are no list": ("reply", wire.pack({"ended": "StudentError", "classes": None})),
    "a dtype with a bracket": ("wire", framed(b'[{"A":{"b":0,"dtype":"f4,(","shape":[1]}},[4]]', b"abcd")),
    "global in another cell": ("cells", b"x = 1\n# %%\nif True:\n    global x\n    x = 2\n"),
    "a future that forbids": (
        "cells",
        b"from __future__ import annotations\n# %%\ndef f(x):\n    return x\n# %%\ndef g(x: (y := 1)): pass",
    ),
    "a deep line": ("journal", _DEEP + b"\n" + _journal()),
    "a key that has no hash": ("journal", _journal(key=[[1]])),
    "a content that has no hash": ("journal", _journal(content=[])),
    "a deep record": ("record", json.dumps(GRADED).encode()[:-1] + b', "x": ' + _DEEP + b"}"),
    "a deep summary": ("graded", _graded(summary=_DEEP)),
    "seconds beyond numbers": ("graded", _graded(summary=b'{"seconds": ' + b"9" * 400 + b"}")),
    "rubrics that are a list": ("graded", _graded(rubrics=b'[["01_softmax", 3]]')),
    "deep notes of exports": ("graded", _graded(exports=_DEEP)),
    "a row without its student": ("gradebook", b"ID;Student;01_softmax\n7\n"),
    "points by zero": ("gradebook", b"Student,ID,01_softmax\nPoints Possible,,1/0\nada,7,\n"),
    "points without end": ("gradebook", b"Student,ID,01_softmax\nPoints Possible,,1e999999999\nada,7,\n"),
    "semicolons in a title": ("gradebook", b"Student,ID,Section,a;;;; (12)\nada,7,x,5\n"),
    "users that are a number": ("metadata", b'{"users": 1.0}'),
    "a file in the place of its folder": ("tarball", _tarball("top")),
    "a file without a name": ("tarball", _tarball(".")),
    "a form feed in a cell": ("worksheet", _WORKSHEET + b"ada,01_softmax,why,2\x0c,3,,,\n"),
    "a tab alone": ("worksheet", _WORKSHEET + b"\t"),
    "a number in a line": ("told", b'{"\r7'),
    "lines of an old Macintosh": ("source", b"def f(x):\r    return x\rdef h(): pass\r"),
    "a function that a module imported": (
        "read_apart",
        b"\x80\x04\x8c\x1agrader.intake.apart.client\x8c\x09os.system\x93\x8c\x04true\x85R.",
    ),
    "a class that a module imported": ("read_apart", b"cgrader.intake.apart.client\nCallable\n."),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_is_read_or_refused(what: str) -> None:
    name, data = FOUND[what]
    target(name).run(data)


def test_a_fuzzer_begins_with_the_same_inputs() -> None:
    inputs = target("roster").inputs
    assert drawn(inputs, 10) == drawn(inputs, 10) and len(drawn(inputs, 10)) > 3
