"""The pytest plugin: collects units, gives tests their `student`, and turns what happens into verdicts.

Two owners use it: a student's own pytest, where this plugin sets everything up by itself, and the judge,
which puts a `Grading` of its own (a box behind walls, an official seed) in its place.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from grader.box.devices.device import unusable
from grader.box.protocol import Box
from grader.course import Course, CourseError, Unit, find_course
from grader.records.outcomes import Outcome
from grader.suite.plugin import _compat, profiles, seeding
from grader.suite.plugin.captured import shown_sections
from grader.suite.plugin.grading import Grading, RunConditions, label_of
from grader.suite.plugin.stash import COURSE, GRADING, INFO, SECONDS, UNIT, VERDICT
from grader.suite.plugin.submission_path import direct_box, existing
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.verdict import Verdict, verdict_on


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
    for mark in ("points(n, function, band, hint, clause, form, beside)", "deepens(test)"):
        config.addinivalue_line("markers", f"{mark}: see grader.suite.points")
    config.addinivalue_line("markers", "gpu: needs a CUDA device, and is skipped where there is none")
    if not config.getoption("--hypothesis-profile", None):
        profiles.load("local")
    torch.set_num_threads(1)  # small tensors: threads only cost, and sums would depend on their number
    base = config.getoption("--seed-base") or os.urandom(8).hex()
    device = config.getoption("--device")
    if why := unusable(device):
        pytest.exit(f"--device {device}: {why}", returncode=2)
    existing(Path(config.getoption("--submission")), config)  # to say it once, and not in each test
    submissions = Submissions(lambda unit: _box(config, unit))
    config.stash[GRADING] = Grading(submissions, RunConditions(base.encode(), device=device))


def _box(config: pytest.Config, unit: Unit) -> Box:
    """Return the box of the unit's submission: in this process, unless walls were asked for."""
    if (tier := config.getoption("--tier")) == "T0":
        return direct_box(config, unit)
    from grader.suite.plugin.walled import walled_box  # on Linux alone

    return walled_box(config, unit, tier)


def _tests_of(folder: Path, course: Course) -> list[str]:
    """Return the tests that plain `pytest` runs in a student's folder of a unit, or of all units."""
    home = course.root / "assignments"
    for unit in course.units.values():
        if folder.is_relative_to(home / unit.name):
            return [str(unit.tests)]
    return [str(unit.tests) for unit in course.units.values()] if folder == home else []


def _course_of(config: pytest.Config) -> Course:
    """Return the course that pytest runs in.

    Before pytest knows the option, it takes PATH of `pytest --submission PATH` for a path to collect, and may
    make its folder the root. Put that right, with the settings of pyproject.toml that it then did not read.
    """
    try:
        course = find_course(config.invocation_params.dir)
    except CourseError:
        return find_course(config.rootpath)
    if course.root == config.rootpath:
        return course
    _compat.set_rootpath(config, course.root)
    config.option.importmode = "importlib"
    if not any(str(a).startswith("-r") for a in config.invocation_params.args):
        config.option.reportchars = "N"
    return course


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if INFO not in item.stash:
        return (yield)
    grading, info, unit = item.config.stash[GRADING], item.stash[INFO], item.stash[UNIT]
    test = getattr(item, "obj", None)
    started = time.perf_counter()
    try:
        share = grading.time_limits.share_of(unit, info.function)
        grading.begin(label_of(item), test, share)
        grading.time_limits.require_in_time(unit, info.function)
        grading.beside.require(item)
        result = yield
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception, pytest.skip.Exception)):
            raise
        item.stash[VERDICT] = verdict = verdict_on(error, grading.submissions.student(unit)._last_calls())
        if verdict.outcome is Outcome.TIMEOUT:
            grading.time_limits.note(unit, info.function, certain=verdict.certain)
        grading.beside.note(item, verdict)
        raise
    else:
        item.stash[VERDICT] = verdict = Verdict(Outcome.PASS)
        grading.beside.note(item, verdict)
        return result
    finally:
        item.stash[SECONDS] = time.perf_counter() - started
        _compat.drop_hypothesis_report(item)  # the verdict says it better
        seeding.end()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Let the grading call the test, if it wants to."""
    grading = pyfuncitem.config.stash[GRADING]
    if INFO not in pyfuncitem.stash or grading.caller is None:
        return None
    return grading.caller.call(pyfuncitem, label_of(pyfuncitem), grading) or None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """Report the verdict in place of the kit's traceback (which takes pytest a third of a second to make).

    With a style of traceback asked for by name, as in `pytest --tb=long`, leave it to pytest.
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
        sections=list(shown_sections(item)),
        duration=call.duration,
        start=call.start,
        stop=call.stop,
        user_properties=item.user_properties,
    )
