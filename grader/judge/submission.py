"""Grading one submission, in a fork of the warm judge: run the collected tests, decide in doubt, report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from grader.box.direct import answer_key_of
from grader.box.protocol import Box
from grader.course import Unit
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.suite.plugin import _compat
from grader.suite.plugin.beside import Beside
from grader.suite.plugin.grading import Grading, RunConditions, graded, label_of
from grader.suite.plugin.running import run_tests
from grader.suite.plugin.stash import ANSWERS, CURVES, INFO, SECONDS
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.time_limits import TimeLimits
from grader.suite.plugin.verdict import Verdict
from grader.suite.tape.key_answers import TapedReference
from grader.suite.tape.playing import Playing
from grader.suite.tape.recording import Recording
from grader.suite.tape.taped import Tape

_FRESH = "In a fresh process the same example passes: the result depends on what was called before."


def grade(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    unit: Unit,
    box: Box,
    seed: bytes,
    *,
    submitter: str = "",
    shrink: bool = True,
    quick: bool = False,
    stop_on: Collection[str] = (),
    tape: Tape | None = None,
    record: bool = False,
    tell: Callable[[TestResult], None] = lambda result: None,
) -> list[TestResult]:
    """Run `items`, the tests of `unit`, on the submission in `box`. Return one result a test, for the record.

    submitter: whose work it is, for tests that ask
    shrink:    False if only the outcomes matter: failures are neither shrunk nor repeated. For a process of its own
    quick:     no grade comes of it: a test that repeats itself, over seeds, may cut that short
    stop_on:   bands: a failing public test of one of these ends the run, and what comes after it is left out
    tape:      examples that were recorded under the same seed; tests run on these first
    record:    True to record the tape instead: `box` has to hold the answer key
    tell:      called with each result as it comes, unless it is in doubt
    """
    if not shrink:
        for item in items:
            _compat.without_shrinking(getattr(item, "obj", None))
    caller = _caller(tape, unit, record=record) if tape else None
    limits, beside = TimeLimits(), Beside()
    found: dict[pytest.Item, Verdict] = {}
    for part in _parts(items):
        grading = replace(
            _grading(box, seed, submitter, quick=quick, caller=caller), time_limits=limits, beside=beside
        )
        verdicts = _verdicts(
            config, part, unit, box, seed, grading, shrink=shrink, stop_on=stop_on, tell=tell
        )
        found |= verdicts
        box.restart()
        if len(verdicts) < len(part):
            break
    box.close()
    return [result_of(item, found[item]) for item in items if item in found]


def _parts(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Return the public tests and, after them, the hidden ones, each to be run in boxes of their own.

    Thus a submission can tell nobody what a hidden test has asked: a public test, whose messages students read, meets
    a process and a folder that no hidden test has seen.
    """
    public, hidden = ([i for i in items if i.stash[INFO].hidden is which] for which in (False, True))
    return [part for part in (public, hidden) if part]


def _verdicts(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    unit: Unit,
    box: Box,
    seed: bytes,
    grading: Grading,
    *,
    shrink: bool,
    stop_on: Collection[str],
    tell: Callable[[TestResult], None],
) -> dict[pytest.Item, Verdict]:
    """Run these tests and look again at what is in doubt. Return the verdicts, fewer where a failure ended the run."""
    submitter = grading.conditions.submitter

    def after(item: pytest.Item, verdict: Verdict) -> None:
        if verdict.judged and verdict.certain and verdict.outcome is not Outcome.NOT_RUN:
            tell(result_of(item, verdict))

    with graded(config, grading):
        verdicts = run_tests(
            items, after=after, stop_on=lambda item, verdict: _ends_the_run(item, verdict, stop_on)
        )
    items = [item for item in items if item in verdicts]
    _confirm_timeouts(config, items, verdicts, box, seed, submitter)
    doubtful = [i for i in items if _in_doubt(verdicts[i])]
    for item, verdict in _on_reference(config, doubtful, unit, seed).items():
        if verdict.outcome is not Outcome.PASS:
            text = f"This test fails on the answer key, too: {verdict.message}"
            verdicts[item] = Verdict(Outcome.NOT_RUN, text)
    failed = [i for i in items if verdicts[i].outcome in (Outcome.FAIL, Outcome.ERROR) and i not in doubtful]
    if shrink:
        _note_dependence(config, failed, verdicts, box, seed, submitter)
    return verdicts


def _grading(
    box: Box,
    seed: bytes,
    submitter: str,
    *,
    quick: bool = False,
    replays: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    caller: Recording | Playing | None = None,
) -> Grading:
    conditions = RunConditions(seed, True, submitter, box.device, replays)
    open_reference = (lambda unit: caller.reference) if caller else answer_key_of
    return Grading(
        Submissions(lambda unit: box, quick=quick, open_reference=open_reference), conditions, caller
    )


def _caller(tape: Tape, unit: Unit, *, record: bool) -> Recording | Playing:
    reference = TapedReference(answer_key_of(unit))
    return Recording(tape, reference) if record else Playing(tape, reference, once=True)


def _ends_the_run(item: pytest.Item, verdict: Verdict, bands: Collection[str]) -> bool:
    info = item.stash[INFO]
    failed = verdict.outcome not in (Outcome.PASS, Outcome.SKIPPED, Outcome.NOT_RUN)
    return failed and verdict.judged and verdict.certain and not info.hidden and info.band in bands


def _in_doubt(verdict: Verdict) -> bool:
    return not verdict.judged


def _on_reference(
    config: pytest.Config, items: Sequence[pytest.Item], unit: Unit, seed: bytes
) -> dict[pytest.Item, Verdict]:
    """Run tests whose own code raised on the answer key: if they pass there, the submission's value was at fault."""
    if not items:
        return {}
    answer_key = answer_key_of(unit)
    with graded(config, _grading(answer_key, seed, "")):  # the answer key is nobody's work
        return run_tests(items)


def _confirm_timeouts(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    verdicts: dict[pytest.Item, Verdict],
    box: Box,
    seed: bytes,
    submitter: str,
) -> None:
    """Run a test that timed out by the clock on the wall once more; if it ends now, rerun the others of its function.

    A machine that stands still for a while charges it to whatever happens to run. If the second try times out too,
    later functions are not tried again, since they most likely call this one. Neither are tests that used up their
    CPU time.
    """
    late: dict[str, list[pytest.Item]] = {}
    for item in items:
        if verdicts[item].outcome is Outcome.TIMEOUT:
            late.setdefault(item.stash[INFO].function, []).append(item)
    for first, *others in late.values():
        if verdicts[first].certain:
            continue
        box.restart()
        with graded(config, _grading(box, seed, submitter)):
            again = run_tests([first])
            if again[first].outcome is Outcome.TIMEOUT:
                return
            verdicts.update(again | run_tests(others))


def _note_dependence(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    verdicts: dict[pytest.Item, Verdict],
    box: Box,
    seed: bytes,
    submitter: str,
) -> None:
    """Repeat each failing test once, on the very example that failed, in a box that is fresh for its function."""
    replays = {label_of(item): replay for item in items if (replay := verdicts[item].replay)}
    again = _grading(box, seed, submitter, replays=replays)
    refreshed: set[str] = set()

    def refresh(item: pytest.Item) -> None:
        if item.stash[INFO].function not in refreshed:
            refreshed.add(item.stash[INFO].function)
            box.restart()

    with graded(config, again):
        second = run_tests(items, refresh)
    for item, verdict in second.items():
        if verdict.outcome is Outcome.PASS or "DidNotReproduce" in verdict.message:
            first = verdicts[item]
            verdicts[item] = replace(first, message=f"{first.message}\n{_FRESH}")


def result_of(item: pytest.Item, verdict: Verdict) -> TestResult:
    """Return the result of a test for the record. `earned` is for those to say who know all results."""
    info = item.stash[INFO]
    seconds = item.stash.get(SECONDS, 0.0)
    return TestResult(
        id=f"{item.path.name}::{item.name}",
        title=info.title,
        function=info.function,
        band=info.band,
        hidden=info.hidden,
        deepens=info.deepens,
        points=info.points,
        outcome=verdict.outcome,
        message=verdict.message,
        counterexample=verdict.counterexample,
        where=verdict.where,
        clause=info.clause if verdict.about_the_work else "",
        hint=info.hint,
        replay=verdict.replay,
        seconds=round(seconds, 4),
        curves=item.stash.get(CURVES, {}),
        answers=item.stash.get(ANSWERS, {}),
        earned=0,
    )
