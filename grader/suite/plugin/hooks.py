"""The pytest plugin: collects units, gives tests their `student`, and turns what happens into verdicts.

Two owners use it: a student's own pytest, where this plugin sets everything up by itself, and the judge,
which puts a `Grading` of its own (a box behind walls, an official seed) in its place.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

from grader.box.devices.device import unusable
from grader.course import Course, CourseError, find_course
from grader.endings import TimeLimit
from grader.records.outcomes import Outcome
from grader.suite.plugin import profiles
from grader.suite.plugin.grading import Grading
from grader.suite.plugin.stash import COURSE, GRADING, SECONDS, UNIT, VERDICT, WORTH
from grader.suite.plugin.submission_path import direct_box, existing
from grader.suite.plugin.verdict import Verdict, verdict_on

# Of its time, for a test of what uses a function that ran out of time: it most likely waits for the same loop.
_SHARE_OF_USERS = 0.2


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.stash[COURSE] = course = _course_of(config)
    try:
        course.units  # noqa: B018 - read once, so that a mistake in the course's files is said here
    except CourseError as error:
        pytest.exit(str(error), returncode=2)
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR:
        config.args = _tests_of(config.invocation_params.dir, course) or config.args
    # Here and not in pyproject.toml, which is not read where tests are collected to grade.
    for mark in ("points(n, of, band, hint)", "deepens(test)"):
        config.addinivalue_line("markers", f"{mark}: see grader.suite.points")
    config.addinivalue_line("markers", "gpu: needs a CUDA device, and is skipped where there is none")
    if not config.getoption("--hypothesis-profile", None):
        hypothesis.settings.load_profile("local")
    torch.set_num_threads(1)  # small tensors: threads only cost, and sums would depend on their number
    base = config.getoption("--seed-base") or os.urandom(8).hex()
    device = config.getoption("--device")
    if why := unusable(device):
        pytest.exit(f"--device {device}: {why}", returncode=2)
    existing(Path(config.getoption("--submission")), config)  # said once, and not by each test
    config.stash[GRADING] = Grading(lambda unit: direct_box(config, unit), base.encode(), device=device)


def _tests_of(folder: Path, course: Course) -> list[str]:
    """What `pytest` means in a student's folder of a unit, or of all units."""
    home = course.root / "assignments"
    for unit in course.units.values():
        if folder.is_relative_to(home / unit.name):
            return [str(unit.tests)]
    return [str(unit.tests) for unit in course.units.values()] if folder == home else []


def _course_of(config: pytest.Config) -> Course:
    """The course that pytest runs in.

    Of `pytest --submission PATH` pytest takes PATH, too, for a path to collect before it has heard of the
    option, and may settle there. It is brought back, with what it then did not read in pyproject.toml.
    """
    try:
        course = find_course(config.invocation_params.dir)
    except CourseError:
        return find_course(config.rootpath)
    if course.root == config.rootpath:
        return course
    config._rootpath = course.root  # type: ignore[attr-defined]
    config.option.importmode = "importlib"
    if not any(str(a).startswith("-r") for a in config.invocation_params.args):
        config.option.reportchars = "N"
    return course


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if WORTH not in item.stash:
        return (yield)
    grading, worth, unit = item.config.stash[GRADING], item.stash[WORTH], item.stash[UNIT]
    test = getattr(item, "obj", None)
    started = time.perf_counter()
    try:
        certain = {name for (of, name), sure in grading.spent.items() if sure and of == unit.name}
        calls_spent = any(worth.of in unit.users_of(name) for name in certain)
        grading.begin(f"{unit.name}/{item.name}", test, _SHARE_OF_USERS if calls_spent else 1.0)
        if (unit.name, worth.of) in grading.spent:
            text = f"too long in an earlier test of {worth.of}, so this one was not tried"
            raise TimeLimit(text, certain=grading.spent[unit.name, worth.of])
        result = yield
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception, pytest.skip.Exception)):
            raise
        item.stash[VERDICT] = verdict = verdict_on(error, grading.student(unit)._story())
        if verdict.outcome is Outcome.TIMEOUT:
            grading.spent.setdefault((unit.name, worth.of), verdict.certain)
        raise
    else:
        item.stash[VERDICT] = Verdict(Outcome.PASS)
        return result
    finally:
        item.stash[SECONDS] = time.perf_counter() - started
        vars(item).pop("hypothesis_report_information", None)  # the verdict tells it better
        profiles.BELL.on_example = lambda: None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """A student reads the verdict, not the kit's traceback (which pytest takes a third of a second to make).

    A style of traceback asked for by name, as in `pytest --tb=long`, is pytest's own.
    """
    if call.when != "call" or VERDICT not in item.stash or item.config.getoption("tbstyle") != "auto":
        return None
    verdict = item.stash[VERDICT]
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="passed" if verdict.outcome is Outcome.PASS else "failed",
        longrepr=None if verdict.outcome is Outcome.PASS else verdict.message,
        when="call",
        sections=list(getattr(item, "_report_sections", ())),
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )
