"""The TOML files of a unit: refused with a CourseError that names the file, or a unit."""

from __future__ import annotations

from fuzz import expect
from fuzz.damage import damaged
from fuzz.place import empty_folder
from hypothesis import strategies as st

from grader.course import CourseError
from grader.course.units import Course

PARTS = b"\n####\n"  # between unit.toml, rubrics.toml and thresholds.toml
_UNIT = b"""title = "Doubling"
module = "doubling"
forbidden = ["torch.*softmax*"]
[limits]
test_cpu_seconds = 2
memory_mb = 1024
[functions.double]
returns = "tensor"
uses = ["treble"]
[functions.treble]
band = "stretch"
"""
_RUBRICS = b"""[double]
question = "Why?"
points = 3
[[double.criteria]]
points = 3
text = "because"
"""
_THRESHOLDS = b"""[digits.cpu]
double = 0.9
"""
_TOKENS = [
    *(
        b"[",
        b"]",
        b"[[",
        b"=",
        b'"',
        b"'''",
        b'"""',
        b"{}",
        b"nan",
        b"inf",
        b"-1",
        b"1979-05-27",
        b"0x10",
        b"true",
    ),
    *(
        b"[" * 500,
        b"a.b.c=",
        b"draft = true",
        b'depends_on = ["01_doubling"]',
        b"\\u0000",
        b"[functions.if]",
        b"[limits]",
    ),
    *(b"9" * 400, b'[functions."a b"]', b"unknown = 1", PARTS),
]
INPUTS = damaged(st.sampled_from([_UNIT, PARTS.join([_UNIT, _RUBRICS, _THRESHOLDS])]), _TOKENS)


def run(data: bytes) -> None:
    with empty_folder("course") as root:
        folder = root / "tests" / "01_doubling"
        folder.mkdir(parents=True)
        for name, text in zip(
            ("unit.toml", "rubrics.toml", "thresholds.toml"), data.split(PARTS), strict=False
        ):
            (folder / name).write_bytes(text)
        try:
            units = Course(root).units
            for unit in units.values():
                expect(unit.functions is not None and unit.limits.memory_mb << 20 > 0, unit)
                expect(all(map(str.isidentifier, (unit.module, *unit.functions))), unit)
                unit.users_of("double"), unit.rubrics
        except CourseError as error:
            expect(str(folder) in str(error), error)
