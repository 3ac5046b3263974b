"""The warm-up of a judge: it grades the answer keys, and records their examples on the tape."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Sequence
from typing import NoReturn

import pytest

from grader.box.direct import answer_key_of
from grader.box.walls.process import die_with_parent
from grader.course import Unit
from grader.judge.submission import grade
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.suite.tape.taped import Tape

Suite = tuple[Unit, Sequence[pytest.Item]]


def grade_keys(
    config: pytest.Config, suites: Sequence[Suite], secret: bytes, tape: Tape | None, *, verify: bool
) -> tuple[dict[pytest.Item, float], list[str]]:
    """Grade each unit's answer key in this process, before any box is forked: what is slow once is paid for here.

    tape:   where the examples are recorded
    verify: record them twice, and take what differs off the tape
    Returns the seconds of each test, and the failures: a suite that fails its own answer key grades nobody.
    """
    seconds: dict[pytest.Item, float] = {}
    failures: list[str] = []
    second: _SecondRecording | None = None
    for suite in suites:
        unit, items = suite
        for item, test in zip(items, _graded(config, suite, secret, tape), strict=True):
            seconds[item] = test.seconds
            if test.outcome not in (Outcome.PASS, Outcome.SKIPPED):
                failures.append(f"{unit.name}/{test.id}: {test.message}")
        if tape and verify and not failures:
            if second:
                second.finish()
            second = _SecondRecording(config, suite, tape)
    if second:
        second.finish()
    return seconds, failures


def _graded(config: pytest.Config, suite: Suite, secret: bytes, tape: Tape | None) -> list[TestResult]:
    unit, items = suite
    key = answer_key_of(unit, unit.forbidden)
    return grade(config, items, unit, key, secret, quick=True, tape=tape, record=True)


class _SecondRecording:
    """Records a unit once more, in a fork, while this process goes on with the next one."""

    def __init__(self, config: pytest.Config, suite: Suite, tape: Tape) -> None:
        self._tape = tape
        self._read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._read)
            _compare_in_fork(config, suite, tape, write)
        os.close(write)

    def finish(self) -> None:
        """Wait for it, and take tests off the tape whose two recordings differ. Raise RuntimeError if it broke off."""
        with open(self._read, "rb") as pipe:
            answer = json.loads(pipe.read() or b'{"fault": "it was killed"}')
        os.waitpid(self._pid, 0)
        if "fault" in answer:
            raise RuntimeError(f"the second recording of the tape broke off: {answer['fault']}")
        for label, why in answer["untaped"].items():
            self._tape.drop(label, why)


def _compare_in_fork(config: pytest.Config, suite: Suite, tape: Tape, write: int) -> NoReturn:
    try:
        die_with_parent(os.getppid())
        again = Tape(tape.secret)
        _graded(config, suite, tape.secret, again)
        answer: dict[str, object] = {"untaped": tape.differences(suite[0].name, again)}
    except BaseException:
        answer = {"fault": traceback.format_exc(limit=-6)}
    try:
        with open(write, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
    finally:
        os._exit(0)
