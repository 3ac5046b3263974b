"""The output of a student's own pytest: each failure in a few lines, progress, and the file to open first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course import Unit
from grader.intake.submission.choice import note_on
from grader.records.outcomes import Outcome
from grader.records.progress import line_of_points, open_next
from grader.records.record import Record
from grader.records.scoring import JudgedTest, Points, points_of
from grader.records.store import read_record
from grader.records.words import LABELS
from grader.suite.plugin.stash import GRADING, INFO, UNIT, VERDICT
from grader.suite.plugin.submission_path import submission_path
from grader.suite.plugin.verdict import Verdict
from grader.suite.points import TestInfo

_AS_PYTEST_SAYS = (Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED, Outcome.NOT_RUN)
REPORTS = pytest.StashKey[list[Any]]()
_CACHE = "grader/last"


@pytest.hookimpl(trylast=True)  # after the plugin has made its Grading
def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORTS] = []
    config.pluginmanager.register(_Listener(config))
    grading = config.stash[GRADING]
    replays: dict[str, tuple[str, str]] = {}
    if file := config.getoption("--replay-record"):
        record = _record(Path(file))
        for test in record.tests:
            if test.replay:
                replays[f"{record.unit}/{test.id.partition('::')[2]}"] = test.replay
    elif config.getoption("--replay") and (last := _last_run(config)):
        grading.conditions = replace(grading.conditions, seed=last["seed"].encode())
        replays = {k: tuple(v) for k, v in last["replays"].items()}
    grading.conditions = replace(grading.conditions, replays=replays)


def _record(file: Path) -> Record:
    try:
        return read_record(file)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"the record {file} can't be read: {error}") from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if call.when == "call" and VERDICT in item.stash and INFO in item.stash:
        report.info, report.verdict, report.unit = item.stash[INFO], item.stash[VERDICT], item.stash[UNIT]
        if report.failed and item.config.getoption("tbstyle") == "auto":
            report.longrepr = failure_text(
                report.info, report.verdict, report.nodeid, item.config.stash[GRADING].conditions.device
            )
    return report


class _Listener:
    """Keep the reports as they come, whichever process ran the tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._reports: list[Any] = config.stash[REPORTS]
        self._brief = config.getoption("tbstyle") == "auto"

    @pytest.hookimpl(tryfirst=True)  # before the terminal asks for the letter
    def pytest_runtest_logreport(self, report: Any) -> None:
        if getattr(report, "verdict", None) is None:
            return
        if report.failed and self._brief:
            shown = [r.verdict.message for r in self._reports if not r.passed]
            # A message that is not about one example (a failing import, a forbidden call) is shown once.
            general = report.verdict.outcome is not Outcome.FAIL
            report.shown_above = general and report.verdict.message in shown
        self._reports.append(report)


def pytest_report_teststatus(report: Any) -> Any:
    verdict = getattr(report, "verdict", None)
    if verdict is None or report.when != "call" or verdict.outcome in _AS_PYTEST_SAYS:
        return None
    label = LABELS[verdict.outcome]
    if verdict.outcome is Outcome.NOT_IMPLEMENTED:
        return label.words, label.letter, (label.words.upper(), {"yellow": True})
    category = "failed as above" if getattr(report, "shown_above", False) else "failed"
    return category, label.letter, (label.words.upper(), {"red": True})


def failure_text(info: TestInfo, verdict: Verdict, nodeid: str, device: str = "cpu") -> str:
    """Return a failure as a student reads it: property, message, smallest example, hint, and how to replay it."""
    lines = [info.title, "", *verdict.message.splitlines()]
    if verdict.where:
        lines += [f"at {verdict.where}"]
    if verdict.counterexample:
        lines += [
            "",
            "The smallest example found:" if device == "cpu" else f"On {device}, the smallest example found:",
            *(f"    {c}" for c in verdict.counterexample.splitlines()),
        ]
    if info.clause and verdict.about_the_work:
        lines += ["", info.clause]
    if info.hint and verdict.counterexample and verdict.outcome in (Outcome.FAIL, Outcome.ERROR):
        lines += ["", f"Hint: {info.hint}"]
    on = "" if device == "cpu" else f" --device {device}"
    lines += [f"Again: grader replay {nodeid.rpartition('::')[2]}{on}"]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    reports = config.stash[REPORTS]
    if not reports:
        return
    _remember(config, reports)
    by_unit: dict[Unit, list[Any]] = defaultdict(list)
    for report in sorted(reports, key=_place_of):  # several workers end in no order
        by_unit[report.unit].append(report)
    write = terminalreporter.write_line
    terminalreporter.section("progress")
    at_work = False
    for unit, theirs in by_unit.items():
        write(progress_line(unit, theirs))
        if note := note_on(_file_of(unit, config)):
            write(f"  {note}")
        untouched = all(r.verdict.outcome is Outcome.NOT_IMPLEMENTED for r in theirs if not r.info.hidden)
        if untouched and at_work:
            continue  # its functions are listed when it is the next unit, or the only one
        for line in _tasks(unit, theirs):
            at_work = True
            write(line)
    if _ended_early(terminalreporter._session, exitstatus, len(reports)):
        write("")
        write("The run ended before all tests had run: these points are not your total.", bold=True)
    if first := _open_first(by_unit, config):
        write("")
        write(first, bold=True)


def _ended_early(session: pytest.Session, exitstatus: int, run: int) -> bool:
    """Return True if somebody, -x or --maxfail has ended the run, unless that was at its last test."""
    stopped = exitstatus == pytest.ExitCode.INTERRUPTED or session.shouldfail or session.shouldstop
    return bool(stopped) and run != len(session.items)


def _place_of(report: Any) -> tuple[str, int, bool, str, int]:
    """Return a key that sorts reports as the tests were collected."""
    path, line, _ = report.location
    functions = list(report.unit.functions)
    return report.unit.name, functions.index(report.info.function), report.info.hidden, path, line or 0


def earned(reports: list[Any], bands: tuple[str, ...]) -> Points:
    """Return the points of those bands. A public test needs the hidden ones that deepen it."""
    tests = [
        JudgedTest(_name(r), r.info.points, r.info.band, r.verdict.outcome, r.info.deepens) for r in reports
    ]
    return points_of(tests, bands)


def progress_line(unit: Unit, reports: list[Any]) -> str:
    """See records.progress."""
    return line_of_points(
        unit.name,
        earned(reports, ("core", "robust")),
        bonus=int(earned(reports, ("stretch",)).earned),
        form=_for_form_alone(reports),
    )


def _for_form_alone(reports: list[Any]) -> int:
    """Return the points that depend on hidden tests which are not here."""
    deepened = {r.info.deepens for r in reports}
    return sum(r.info.points for r in reports if r.passed and r.info.form and _name(r) not in deepened)


def _name(report: Any) -> str:
    return str(report.nodeid.rpartition("::")[2].split("[")[0])


def _tasks(unit: Unit, reports: list[Any]) -> Iterator[str]:
    """Yield one line for each function that does not pass yet, in the order in which to write them."""
    for function in unit.functions.values():
        theirs = [r for r in reports if r.info.function == function.name]
        wrong = [r for r in theirs if not r.passed]
        if not wrong:
            continue
        star = " ★" if function.band == "stretch" else ""
        outcomes = {r.verdict.outcome for r in wrong}
        public = [r for r in theirs if not r.info.hidden]
        if outcomes == {Outcome.NOT_IMPLEMENTED} and not any(r.passed for r in public):
            state = LABELS[Outcome.NOT_IMPLEMENTED].words
        else:
            state = f"{len(wrong)} of {len(theirs)} tests to go: {wrong[0].info.title}"
        yield f"  {function.name + star:<24} {state}"[:110]


def _open_first(by_unit: dict[Unit, list[Any]], config: pytest.Config) -> str:
    for unit, reports in by_unit.items():
        wrong = {r.info.function for r in reports if not r.passed and r.info.band != "stretch"}
        for function in unit.functions.values():
            if function.name in wrong:
                return open_next(_file_of(unit, config), function.name)
    return ""


def _file_of(unit: Unit, config: pytest.Config) -> Path:
    return submission_path(Path(config.getoption("--submission")), unit, config)


def _last_run(config: pytest.Config) -> dict[str, Any] | None:
    cache = getattr(config, "cache", None)
    return cache.get(_CACHE, None) if cache else None


def _remember(config: pytest.Config, reports: list[Any]) -> None:
    """Keep the seed of this run and the examples that failed, for `grader replay`."""
    if (cache := getattr(config, "cache", None)) is None:  # pytest -p no:cacheprovider
        return
    replays = {
        f"{r.unit.name}/{r.nodeid.rpartition('::')[2]}": list(r.verdict.replay)
        for r in reports
        if r.verdict.replay
    }
    cache.set(_CACHE, {"seed": config.stash[GRADING].conditions.seed.decode(), "replays": replays})
