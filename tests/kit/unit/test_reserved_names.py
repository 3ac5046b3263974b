"""No function of a unit can be hidden by an attribute of `student`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from grader.course.units import RESERVED_NAMES
from grader.suite import Student


def test_every_public_attribute_of_student_is_reserved() -> None:
    box: Any = SimpleNamespace(device="cpu")
    unit: Any = SimpleNamespace(functions={})
    public = {name for name in dir(Student(box, unit)) if not name.startswith("_")}
    assert public == set(RESERVED_NAMES)
