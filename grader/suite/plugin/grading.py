"""Whose work the tests run on, and under which seed."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import torch

from grader.box.direct import answer_key_of
from grader.box.protocol import Box
from grader.course import Unit
from grader.suite.plugin import profiles
from grader.suite.plugin.stash import GRADING
from grader.suite.student import Student


@dataclass
class Grading:
    """Whose work is being graded, and under which seed.

    open_box: makes the box of a unit's submission; called once a unit
    seed:     base of every test's seed
    submitter: whose work it is, by the name in the record; "" where nobody says, as at home
    device:   where the submission's tensors live, one of box.gpus.NAMES
    repeatable: whether hypothesis, too, draws by the seed and not at random
    rehearsal: whether no grade comes of it: a test that repeats itself, over seeds, may cut that short
    spent:    (unit, function) of which a test ran out of time, so that the rest of its tests are not tried → whether
              that is certain
    """

    open_box: Callable[[Unit], Box]
    seed: bytes
    repeatable: bool = False
    submitter: str = ""
    rehearsal: bool = False
    device: str = "cpu"
    spent: dict[tuple[str, str], bool] = field(default_factory=dict)
    students: dict[str, Student] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    references: dict[str, Student] = field(default_factory=dict)
    replays: dict[str, tuple[str, str]] = field(default_factory=dict)

    def student(self, unit: Unit) -> Student:
        """The submission for `unit`; its box is opened at first use."""
        if unit.name not in self.students:
            self.boxes[unit.name] = self.open_box(unit)
            self.students[unit.name] = Student(self.boxes[unit.name], unit, self.rehearsal)
        return self.students[unit.name]

    def reference(self, unit: Unit) -> Student:
        """The answer key, always in this process: it is trusted."""
        if unit.name not in self.references:
            box = answer_key_of(unit)
            self.references[unit.name] = Student(box, unit)
        return self.references[unit.name]

    def begin(self, label: str, test: Any, share: float = 1.0) -> None:
        """Seed what the test will draw on; a test with examples is seeded anew for each of them.

        share: of its time that the test may take
        """
        seed = profiles.seed_for(self.seed, label)
        examples = bool(getattr(test, "is_hypothesis_test", False))
        if examples and self.repeatable:
            hypothesis.seed(seed)(test)
        if examples and (replay := self.replays.get(label)):
            hypothesis.reproduce_failure(replay[0], ast.literal_eval(replay[1]))(test)

        def begin() -> None:
            for student in (*self.students.values(), *self.references.values()):
                student._begin(seed)

        profiles.BELL.on_example = begin if examples else lambda: None
        torch.default_generator.manual_seed(seed)
        begin()
        for box in self.boxes.values():
            box.begin_test(share)


@contextlib.contextmanager
def graded(config: pytest.Config, grading: Grading) -> Iterator[None]:
    """Within the body, tests run on another's submission."""
    before = config.stash[GRADING]
    config.stash[GRADING] = grading
    try:
        yield
    finally:
        config.stash[GRADING] = before
