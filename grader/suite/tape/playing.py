"""Play recorded examples to a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from grader.endings import BoxFault, Broken, NotImplementedYet
from grader.suite.plugin import _compat, seeding
from grader.suite.source import nobody_reads
from grader.suite.tape.key_answers import TapedReference
from grader.suite.tape.taped import Example, OffTape, Tape

if TYPE_CHECKING:
    from grader.suite.plugin.grading import Grading


class Playing:
    """Calls each test's body with the examples of the tape, in order, in place of hypothesis.

    The first example that fails hands the test over to hypothesis, which finds the same one again and shrinks it. The
    box gives the answers of the examples before once more (see Box.rewind), so that the submission is asked the very
    same things, in the same order, as without the tape.

    once: True in a process that plays each test once: then it need not copy what a test may change in place
    most: how many examples of a test are played, the first ones; by default, all
    """

    def __init__(self, tape: Tape, reference: TapedReference, *, once: bool, most: int | None = None) -> None:
        self._tape = tape
        self.reference = reference
        self._once = once
        self._most = most

    def call(self, item: pytest.Function, label: str, grading: Grading) -> bool:
        """Return True when every example passes, False when hypothesis has to run the test.

        Raise what says nothing about an example: that something is not there, or that the machine is at fault.
        """
        if (examples := self._tape.tests.get(label)) is None:
            return False
        if self._all_pass(item, examples[: self._most]):
            return True
        grading.begin_again(label, item.obj)
        return False

    def _all_pass(self, item: pytest.Function, examples: list[Example]) -> bool:
        body, fixtures = _compat.body_of(item.obj), _compat.fixtures_of(item)
        try:
            with seeding.examples() as begin_example, nobody_reads():
                for example in examples:
                    begin_example()
                    self.reference.play(example.answers)
                    rejected = False
                    try:
                        body(**fixtures, **example.played(once=self._once))
                    except (UnsatisfiedAssumption, OffTape):
                        rejected = True
                    if rejected != example.rejected:
                        return False
        except (NotImplementedYet, Broken, BoxFault, KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException:
            return False
        finally:
            self.reference.stop()
        return True
