"""The submissions that the tests call, each opened at first use."""

from __future__ import annotations

from collections.abc import Callable

from grader.box.direct import answer_key_of
from grader.box.protocol import Box
from grader.course import Unit
from grader.suite.student import Student


class Submissions:
    """A submission and an answer key for each unit.

    open_box:       makes the box of a unit's submission; called once a unit
    quick:          see Student
    open_reference: makes the box of a unit's answer key, which runs in this process, for it is trusted
    """

    def __init__(
        self,
        open_box: Callable[[Unit], Box],
        *,
        quick: bool = False,
        open_reference: Callable[[Unit], Box] = answer_key_of,
    ) -> None:
        self._open_box = open_box
        self._open_reference = open_reference
        self._quick = quick
        self._boxes: list[Box] = []
        self._students: dict[str, Student] = {}
        self._references: dict[str, Student] = {}

    def student(self, unit: Unit) -> Student:
        """Return the submission for `unit`."""
        if unit.name not in self._students:
            self._boxes.append(box := self._open_box(unit))
            self._students[unit.name] = Student(box, unit, quick=self._quick)
        return self._students[unit.name]

    def reference(self, unit: Unit) -> Student:
        """Return the answer key for `unit`."""
        if unit.name not in self._references:
            self._references[unit.name] = Student(self._open_reference(unit), unit)
        return self._references[unit.name]

    def begin_test(self, share: float) -> None:
        """Start the clock of a test, which may take this share of its time limit."""
        for box in self._boxes:
            box.begin_test(share)

    def rewind(self) -> None:
        """Have the submissions give the answers of this test once more, before they are asked anything new."""
        for box in self._boxes:
            box.rewind()

    def begin_example(self, seed: int) -> None:
        """Forget the calls of the example before, and seed the next call."""
        for student in (*self._students.values(), *self._references.values()):
            student._begin(seed)
