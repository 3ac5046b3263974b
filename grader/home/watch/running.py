"""In a worker: the tests of units, collected once, and run on a fresh import of the student's module."""

from __future__ import annotations

import linecache
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis.reporting import with_reporter

from grader.box.protocol import Box
from grader.course import Course, Unit
from grader.encodable import encodable
from grader.endings import Broken, NotImplementedYet
from grader.home.watch import messages
from grader.home.watch.prints import Prints
from grader.home.watch.timed_box import Calls, TimedBox
from grader.home.watch.traces import state_of_process
from grader.intake.submission.choice import note_on
from grader.options import DEFAULT_SUBMISSION
from grader.records.outcomes import Outcome
from grader.suite.plugin.collected_suite import CollectedSuite
from grader.suite.plugin.grading import Grading, RunConditions
from grader.suite.plugin.stash import INFO
from grader.suite.plugin.submission_path import direct_box, submission_path
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.verdict import Verdict, verdict_on

_LONGEST = 8000  # characters of a text in a message
Send = Callable[[messages.Report], None]


class UnitTests:
    """The tests of one unit. Raises CourseError when they can't be collected."""

    def __init__(self, course: Course, unit: Unit) -> None:
        self.unit = unit
        self._suite = CollectedSuite(course, [unit])
        items = [item for function in unit.functions for item in self._suite.tests_of(unit, function)]
        self._items = {item.name: item for item in items}
        self._warm_up()

    def described(self) -> tuple[messages.Test, ...]:
        return tuple(_described(item) for item in self._items.values())

    def run(
        self, order: messages.Run, send: Send, calls: Calls, prints: Prints, stop: threading.Event
    ) -> bool:
        """Run the order's tests and send each verdict as it comes. Return True if the code has left traces."""
        clean = state_of_process()
        items = [self._items[name] for name in order.tests if name in self._items]
        prints.begin()
        linecache.checkcache()  # lines of the module as it was are not shown for those of the new one
        if items and (box := self._opened(items[0].config, send, calls, prints)):

            def begin(item: pytest.Item) -> None:
                prints.begin()
                send(messages.Started(item.name))

            def ended(item: pytest.Item, verdict: Verdict) -> bool:
                send(_tested(item.name, verdict, prints))
                return stop.is_set()

            with with_reporter(lambda text: None):  # the verdict says what hypothesis would
                self._suite.run(items, _grading(box), before=begin, stop_on=ended)
        return state_of_process() != clean

    def folder(self) -> Path:
        return self.unit.stub.parent.resolve()

    def _opened(self, config: pytest.Config, send: Send, calls: Calls, prints: Prints) -> Box | None:
        """Import the student's module anew. Return None, and say why, when there is none or it can't be imported."""
        file = submission_path(Path(DEFAULT_SUBMISSION), self.unit, config)
        if not file.exists():
            send(messages.Missing(str(file)))
            return None
        send(messages.Opened(str(file), note_on(file)))
        box = TimedBox(direct_box(config, self.unit), calls)
        try:
            box.open()
        except Broken as error:
            send(_tested("", verdict_on(error, []), prints))
            return None
        send(messages.Imported())
        return box

    def _warm_up(self) -> None:
        """Run each test on a module in which nothing is written: hypothesis and the tests load what they load late."""
        with with_reporter(lambda text: None):
            self._suite.run(list(self._items.values()), _grading(_Unwritten()))


class _Unwritten:
    """A box on a module in which nothing is written."""

    tier = "direct"
    device = "cpu"

    def begin_test(self, share: float = 1.0) -> None: ...
    def restart(self) -> None: ...
    def close(self) -> None: ...
    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        raise NotImplementedYet("")


def _grading(box: Box) -> Grading:
    return Grading(Submissions(lambda unit: box), RunConditions(os.urandom(8)))


def _described(item: pytest.Item) -> messages.Test:
    info = item.stash[INFO]
    return messages.Test(
        name=item.name,
        title=encodable(info.title),
        function=info.function,
        band=info.band,
        points=info.points,
        hint=info.hint,
        deepens=info.deepens,
        form=info.form,
    )


def _tested(test: str, verdict: Verdict, prints: Prints) -> messages.Tested:
    printed = "" if verdict.outcome is Outcome.PASS else prints.taken()
    texts = (verdict.message, verdict.counterexample, verdict.where, printed)
    return messages.Tested(test, verdict.outcome, *(encodable(text)[:_LONGEST] for text in texts))
