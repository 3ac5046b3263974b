"""In a worker: the tests of units, collected once, and run on a fresh import of the student's module."""

from __future__ import annotations

import linecache
import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis.reporting import with_reporter

from grader.box.direct import DirectBox
from grader.box.protocol import Box
from grader.course import Course, Unit
from grader.encodable import encodable
from grader.endings import Broken
from grader.home.watch import messages
from grader.home.watch.kept_examples import KeptExamples
from grader.home.watch.prints import Prints
from grader.home.watch.timed_box import Calls, Stopped, TimedBox
from grader.home.watch.traces import process_state
from grader.intake.submission.choice import note_on
from grader.options import DEFAULT_SUBMISSION
from grader.records.outcomes import Outcome
from grader.suite.plugin import _compat
from grader.suite.plugin.beside import Beside
from grader.suite.plugin.collected_suite import CollectedSuite
from grader.suite.plugin.grading import Grading, RunConditions
from grader.suite.plugin.stash import INFO
from grader.suite.plugin.submission_path import direct_box, submission_path
from grader.suite.plugin.time_limits import TimeLimits
from grader.suite.plugin.verdict import Verdict, verdict_on

_LONGEST = 8000  # characters of a text in a message
Send = Callable[[messages.Report], None]


class UnitTests:
    """The tests of one unit. Raises CourseError when they can't be collected."""

    def __init__(self, course: Course, unit: Unit) -> None:
        self.unit = unit
        # Drawn by a seed alone: a played example that fails has to be drawn again when hypothesis takes over.
        self._suite = CollectedSuite(course, [unit], profile="official")
        _compat.forget_local_constants()
        items = [item for function in unit.functions for item in self._suite.tests_of(unit, function)]
        self._items = {item.name: item for item in items}
        self._examples = KeptExamples(unit)
        self._warm_up()

    def described(self) -> tuple[messages.Test, ...]:
        return tuple(_described(item) for item in self._items.values())

    def run(self, order: messages.Run, send: Send, calls: Calls, prints: Prints) -> bool:
        """Run the order's tests and send each verdict as it comes. Return True if the code has left traces."""
        clean = process_state()
        items = [self._items[name] for name in order.tests if name in self._items]
        items.sort(key=lambda item: item.stash[INFO].beside is not None)
        prints.begin()
        linecache.checkcache()  # lines of the module as it was are not shown for those of the new one
        if items and (box := self._opened(items[0].config, send, calls, prints)):
            # The verdict says what hypothesis would.
            with warnings.catch_warnings(), with_reporter(lambda text: None):
                self._run_on(box, items, send, calls, prints)
        return clean.marked(process_state())

    def _run_on(
        self, box: Box, items: Sequence[pytest.Item], send: Send, calls: Calls, prints: Prints
    ) -> None:
        submissions, limits, beside = self._examples.submissions(box), TimeLimits(), Beside()

        def passes(item: pytest.Item) -> bool:
            prints.begin()
            send(messages.Started(item.name))
            ran = self._suite.run([item], self._examples.grading(item, submissions, limits, beside))
            if not calls.stopped:
                send(_tested(item.name, ran[0].verdict, prints, item.stash[INFO].clause))
            return ran[0].outcome is Outcome.PASS

        played: list[pytest.Item] = []
        for item in items:
            known = self._examples.has(item)
            passed = passes(item)
            if calls.stopped:
                return
            if known and passed:
                played.append(item)
        send(messages.AllTested())
        for item in played:
            self._examples.forget(item)
            passes(item)
            if calls.stopped:
                return

    def _opened(self, config: pytest.Config, send: Send, calls: Calls, prints: Prints) -> Box | None:
        """Import the student's module anew. Return None, and say why, when there is none or it can't be imported."""
        file = submission_path(Path(DEFAULT_SUBMISSION), self.unit, config)
        if not file.exists():
            send(messages.Missing(str(file)))
            return None
        send(messages.Opened(str(file), note_on(file)))
        direct = direct_box(config, self.unit, alone=True)
        calls.folder = direct.path.parent.resolve()
        box = TimedBox(direct, calls)
        try:
            box.open()
        except Stopped:
            return None
        except Broken as error:
            send(_tested("", verdict_on(error, []), prints))
            return None
        send(messages.Imported())
        return box

    def _warm_up(self) -> None:
        """Run each test on an empty module: hypothesis, torch and the tests load what they load late."""
        with tempfile.TemporaryDirectory() as scratch:
            (empty := Path(scratch) / f"{self.unit.module}.py").touch()
            box = DirectBox(empty, self.unit.probes, self.unit.forbidden, cpu_seconds=None)
            with with_reporter(lambda text: None):
                grading = Grading(self._examples.submissions(box), RunConditions(os.urandom(8)))
                self._suite.run(list(self._items.values()), grading)


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


def _tested(test: str, verdict: Verdict, prints: Prints, clause: str = "") -> messages.Tested:
    printed = "" if verdict.outcome is Outcome.PASS else prints.taken()
    law = clause if verdict.about_the_work else ""
    texts = (verdict.message, verdict.counterexample, verdict.where, law, printed)
    return messages.Tested(test, verdict.outcome, *(encodable(text)[:_LONGEST] for text in texts))
