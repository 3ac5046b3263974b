"""The clocks of a test and of a submission: what counts as work, as waiting, and as neither."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from grader.box import clock as clocks
from grader.box.clock import Account, Clock
from grader.endings import TimeLimit


class Time:
    """A machine's clocks, which the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = self.cpu = self.queued = self.judge = 0.0
        read = SimpleNamespace(monotonic=lambda: self.wall, process_time=lambda: self.judge)
        monkeypatch.setattr(clocks, "time", read)

    def pass_by(self, seconds: float, *, cpu: float = 0.0, queued: float = 0.0) -> None:
        self.wall += seconds
        self.cpu += cpu
        self.queued += queued


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def sampled(clock: Clock, move: Callable[[], None], times: int) -> None:
    for _ in range(times):
        move()
        clock.sample()


def test_waiting_is_limited_over_all_tests_of_a_submission(time: Time) -> None:
    account = Account(1.0, lambda: time.cpu)
    for _ in range(3):  # a clock each: none of them comes near its own limit of 10 s
        sampled(Clock(1.0, lambda: time.cpu, account), lambda: time.pass_by(0.05), 12)
    with pytest.raises(TimeLimit, match="whole submission may wait"):
        sampled(Clock(1.0, lambda: time.cpu, account), lambda: time.pass_by(0.05), 12)
    with pytest.raises(TimeLimit):
        account.require_time()


def test_waiting_for_the_news_of_an_end_is_waiting(time: Time) -> None:
    """A box that closes its channel and lives on has the judge wait for five seconds, once a test."""
    account = Account(10.0, lambda: time.cpu)
    for _ in range(4):
        Clock(5.0, lambda: time.cpu, account).charge(5.0)
    with pytest.raises(TimeLimit, match="whole submission may wait"):
        Clock(5.0, lambda: time.cpu, account).charge(5.0)


@pytest.mark.parametrize("share", ["cpu", "queued"])
def test_working_and_standing_in_the_queue_are_no_waiting(time: Time, share: str) -> None:
    account = Account(1.0, lambda: time.cpu)
    clock = Clock(100.0, lambda: time.cpu, account, lambda: time.queued)
    sampled(clock, lambda: time.pass_by(0.05, **{share: 0.049}), 200)
    account.wait(0.0)


def test_a_machine_that_stands_still_charges_nobody(time: Time) -> None:
    account = Account(1.0, lambda: time.cpu)
    sampled(Clock(1.0, lambda: time.cpu, account), lambda: time.pass_by(3600.0), 5)
    account.require_time()


def test_the_judges_own_time_is_limited(time: Time) -> None:
    account = Account(1.0, lambda: time.cpu)
    time.judge += 0.9
    account.require_time()
    time.judge += 0.2
    with pytest.raises(TimeLimit, match="judging what it returns"):
        account.require_time()
