"""Record the examples of tests while they run on the answer key."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from grader.suite.plugin import _compat, seeding
from grader.suite.plugin.stash import UNIT
from grader.suite.tape.key_answers import TapedReference
from grader.suite.tape.taped import Example, Tape

if TYPE_CHECKING:
    from grader.suite.plugin.grading import Grading


class Recording:
    """Runs tests as ever, and records them on a tape.

    A test stays off the tape, with the reason, when its examples may differ from one submission to the next: when its
    body draws after it has asked the submission, when something else than hypothesis draws, or when what is drawn can't
    be copied.
    """

    def __init__(self, tape: Tape, reference: TapedReference) -> None:
        self._tape = tape
        self.reference = reference

    def call(self, item: pytest.Function, label: str, grading: Grading) -> bool:
        """Run the test. Return False for one that draws no examples, which has not been run."""
        if not _compat.draws_examples(item.obj):
            return False
        fixtures = _compat.fixtures_of(item)
        student = grading.submissions.student(item.stash[UNIT])
        take = _Take(fixtures, self.reference, lambda: student._asked)
        try:
            with _compat.body_replaced(item.obj, take.recorder):
                item.obj(**fixtures)
        finally:
            self.reference.stop()
        if take.why_not:
            self._tape.untaped[label] = take.why_not
        else:
            self._tape.tests[label] = take.examples
        return True


class _Take:
    """The recording of one test.

    asked: True when the submission was asked something in the present example
    """

    def __init__(
        self, fixtures: Mapping[str, Any], reference: TapedReference, asked: Callable[[], bool]
    ) -> None:
        self.examples: list[Example] = []
        self.why_not = ""
        self._fixtures = fixtures
        self._reference = reference
        self._asked = asked
        self._seeded = seeding.state_at_the_start_of_an_example()

    def recorder(self, body: Callable[..., Any]) -> Callable[..., Any]:
        """Return the test's body, which also records each example that it is called with."""

        @functools.wraps(body)
        def record(**arguments: Any) -> Any:
            if seeding.state() != self._seeded:
                self.why_not = "torch, numpy or random draw for it, which hypothesis does not repeat"
            drawn = {name: value for name, value in arguments.items() if name not in self._fixtures}
            self.examples.append(example := self._example(drawn))
            if example.data:
                arguments[example.data] = _RecordedData(arguments[example.data], self, example)
            self._reference.record(example.answers)
            try:
                return body(**arguments)
            except UnsatisfiedAssumption:
                example.rejected = True
                raise

        return record

    def copied(self, value: Any) -> Any:
        """Return a copy, out of the test's reach; the value itself when it can't be copied, and note that."""
        try:
            return copy.deepcopy(value)
        except Exception as error:
            self.why_not = f"what it draws can't be copied ({type(error).__name__}: {error})"[:300]
            return value

    def note_draw(self) -> None:
        """Note that the body draws now."""
        if self._asked():
            self.why_not = "it draws after it has asked the submission, so its draws may depend on the answer"

    def _example(self, drawn: dict[str, Any]) -> Example:
        data = next((name for name, value in drawn.items() if _compat.is_data(value)), "")
        return Example(self.copied({name: value for name, value in drawn.items() if name != data}), data)


class _RecordedData:
    """Stands for `st.data()`, and records what is drawn from it."""

    def __init__(self, data: Any, take: _Take, example: Example) -> None:
        self._data = data
        self._take = take
        self._example = example

    def draw(self, strategy: Any, label: Any = None) -> Any:
        """Draw as the original does."""
        self._take.note_draw()
        try:
            value = self._data.draw(strategy, label)
        except BaseException:  # hypothesis gives up on the example: it became too large, or is of no use
            self._example.rejected = True
            raise
        self._example.draws.append(self._take.copied(value))
        return value
