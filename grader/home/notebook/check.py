"""check: run the tests of one function in the kernel, on what its cells have defined."""

from __future__ import annotations

import contextlib
import difflib
import logging
import os
import random
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from hypothesis.reporting import with_reporter

from grader.box import settings
from grader.box.kernel import KernelBox
from grader.course import Course, CourseError, Unit
from grader.encodable import encodable
from grader.home.notebook.course_here import ShortError, course_here, running_in
from grader.home.notebook.drawing import drawings_of
from grader.home.notebook.result import Result, Shown, show
from grader.plain_files import read_plain
from grader.records.outcomes import Outcome
from grader.records.scoring import withholding
from grader.suite.plugin.collected_suite import CollectedSuite, Ran
from grader.suite.plugin.grading import Grading, RunConditions
from grader.suite.plugin.stash import INFO
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.verdict import Verdict

_COLLECTED: dict[tuple[Path, str, str], CollectedSuite] = {}
_PUBLIC_SEED = b"nbgrader"
_MOST_PRINTED = 2000
_HIDDEN = "A hidden test: what it asks, and what came of it, is not shown."


class CheckError(ShortError):
    """No point was earned, or nothing could be tested."""

    def _render_traceback_(self) -> list[str]:
        return [f"check: {self}"]


def check(function: str, unit: str | None = None) -> float:
    """See grader.check."""
    try:
        course = course_here()
        chosen = _unit_of(course, function, unit)
        result = _run(course, chosen, function)
    except CourseError as error:
        raise CheckError(str(error)) from None
    show(result)
    if result.possible and not result.counted:
        raise CheckError(f"{function} could not be tested here: {result.reason}")
    if result.possible and not result.earned:
        raise CheckError(f"no point yet for {function} (of {result.possible})")
    return result.points


def _run(course: Course, unit: Unit, function: str) -> Result:
    official = bool(running_in())
    key = (course.root, unit.name, "official" if official else "live")
    cells = settings.now()
    with _undisturbed() as printed, settings.exchanged(settings.neutral()):
        if key not in _COLLECTED:
            _COLLECTED[key] = CollectedSuite(course, [unit], profile=key[2])
        suite = _COLLECTED[key]
        main = sys.modules["__main__"]
        debugging = sys.gettrace() is not None
        box = KernelBox(unit, main, cells, cpu_seconds=None if debugging else unit.limits.test_cpu_seconds)
        conditions = RunConditions(_seed(course), repeatable=official, submitter=_submitter(unit))
        grading = Grading(Submissions(lambda _: box), conditions)
        tests = suite.tests_of(unit, function)
        ran = suite.run([t for t in tests if not t.stash[INFO].hidden], grading)
        pictures, told = drawings_of(unit, main, function, ran), _tail(printed)
        ran += suite.run(
            [t for t in tests if t.stash[INFO].hidden], grading
        )  # what it prints there is dropped
    return Result(unit, function, tuple(_shown(ran)), suite.points(unit, function), pictures, told)


def _seed(course: Course) -> bytes:
    """Return what decides the random draws: chance at home, and the secret of `grader grade` where nbgrader grades."""
    if not running_in():
        return os.urandom(8)
    if running_in() == "autograde":
        with contextlib.suppress(OSError):  # no class was graded yet
            return read_plain(course.root / ".grader" / "secret").strip()
    return _PUBLIC_SEED


def _shown(ran: list[Ran]) -> Iterator[Shown]:
    """Yield the tests as they are shown and counted: a hidden one only where it takes points from a public one."""
    for test in (t for t in ran if t.deepens is None):
        deeper = withholding(test, ran)
        decides = deeper[0] if test.outcome is Outcome.PASS and deeper else test
        info = test.item.stash[INFO]
        title = decides.item.stash[INFO].title
        yield Shown(
            test.name,
            title,
            info.points,
            info.band,
            info.hint,
            info.clause,
            decides.verdict if decides is test else Verdict(decides.outcome, _HIDDEN),
            decides is not test,
        )


def _unit_of(course: Course, function: str, unit: str | None) -> Unit:
    if not isinstance(function, str):
        name = getattr(function, "__name__", "logsumexp")
        raise CourseError(f'give the name of a function as a text, as in check("{name}")')
    if unit is not None:
        chosen = course.unit(unit)
        if function in chosen.functions:
            return chosen
        raise CourseError(f"{chosen.name} has no {function!r}{_like(function, list(chosen.functions))}")
    having = [u for u in course.units.values() if function in u.functions]
    if not having:
        everything = [name for u in course.units.values() for name in u.functions]
        raise CourseError(f"no unit has a {function!r}{_like(function, everything)}")
    if len(having) > 1:
        here = {*Path.cwd().parts, Path(os.environ.get("JPY_SESSION_NAME", "")).stem}
        having = [u for u in having if here & {u.name, u.module}] or having
    if len(having) > 1:
        names = ", ".join(u.name for u in having)
        example = f'check("{function}", unit="{having[0].name}")'
        raise CourseError(f"several units have a {function!r} ({names}): say which, as in {example}")
    return having[0]


def _like(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"; is it {near[0]!r}?" if near else f". There is: {', '.join(dict.fromkeys(known))}"


def _submitter(unit: Unit) -> str:
    """Return the student whose work nbgrader is grading, by the folder; "" at home."""
    here = Path.cwd()
    return here.parent.name if running_in() == "autograde" and here.name == unit.name else ""


def _tail(printed: StringIO) -> str:
    text = encodable(printed.getvalue()).strip()
    return text if len(text) <= _MOST_PRINTED else f"…{text[-_MOST_PRINTED:]}"


@contextlib.contextmanager
def _undisturbed() -> Iterator[StringIO]:
    """Within the body nothing is printed or drawn; afterwards random numbers go on as if it had not been run.

    Standard output is kept. The error stream stays empty: nbgrader gives 0 points for a warning there.
    """
    states = (torch.default_generator.get_state(), np.random.get_state(), random.getstate())
    figures = _figures()
    printed, dropped = StringIO(), StringIO()
    logging_before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(dropped):
            with (
                _descriptor_2_silenced(),
                with_reporter(lambda text: None),
            ):  # the result says what hypothesis would
                yield printed
    finally:
        logging.disable(logging_before)
        torch.default_generator.set_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])
        _restore_figures(figures)


@contextlib.contextmanager
def _descriptor_2_silenced() -> Iterator[None]:
    """Drop what C code writes to descriptor 2, which a kernel would show as the cell's error stream."""
    try:
        before = os.dup(2)
    except OSError:  # there is none
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def _figures() -> tuple[str, list[int]] | None:
    """Return the backend of matplotlib and its open figures, if the notebook has loaded it."""
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is None:
        return None
    return str(sys.modules["matplotlib"].get_backend()), list(pyplot.get_fignums())


def _restore_figures(before: tuple[str, list[int]] | None) -> None:
    """Close the tests' figures, which the notebook would show, and restore the backend."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    backend, numbers = before or ("", [])
    for number in set(pyplot.get_fignums()) - set(numbers):
        pyplot.close(number)
    if backend and sys.modules["matplotlib"].get_backend() != backend:
        pyplot.switch_backend(backend)
