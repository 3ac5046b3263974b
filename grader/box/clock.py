"""The clocks of a test and of a whole submission: CPU seconds, and seconds of waiting."""

from __future__ import annotations

import time
from collections.abc import Callable

from grader import endings

_WALL_PER_CPU = 10  # a test may wait for ten times its CPU seconds
_WALL_PER_CPU_IN_ALL = 2  # and a submission for twice its own: few tests wait at all
# Seconds that count between two samples: any more, and the judge did not run, or the machine stood still.
_LONGEST_WAIT, _LONGEST_WORK = 0.1, 0.5
_SHORT = (
    0.005  # seconds of waiting that are not worth asking for how long the box stood in the queue for a core
)


class Account:
    """The time that one submission has used of what it may take, in all its tests and boxes together.

    It may use `cpu_seconds` in its boxes, as many of the judge, who reads and compares what it returns, and twice as
    many of waiting, imports included: time in which its box does not work, though it could have a core.
    """

    def __init__(self, cpu_seconds: float, cpu: Callable[[], float]) -> None:
        """cpu: tells the CPU seconds that all boxes of the submission have used so far"""
        self._limit = cpu_seconds
        self._cpu = cpu
        self._judge_began = time.process_time()
        self._waited = 0.0

    def wait(self, seconds: float) -> None:
        """Add seconds of waiting. Raise TimeLimit when it has waited for longer than it may."""
        self._waited += seconds
        if self._waited > (most := self._limit * _WALL_PER_CPU_IN_ALL):
            raise endings.TimeLimit(
                f"the {most:g} s that a whole submission may wait: what does it wait for?"
            )

    def require_time(self) -> None:
        """Raise TimeLimit when the submission has used up what it may."""
        self.wait(0.0)
        if self._cpu() > self._limit:
            raise endings.TimeLimit(f"the {self._limit:g} s that a whole submission may take")
        if time.process_time() - self._judge_began > self._limit:
            raise endings.TimeLimit(f"the {self._limit:g} s that judging what it returns may take")


class Clock:
    """The time that a test, or importing the module, has used: CPU seconds of the box, and seconds of waiting.

    Time in which the judge did not run is not counted. On a machine that is overloaded, or that stands still for a
    while, the box makes no progress either, and the submission is not to blame.
    """

    def __init__(
        self,
        cpu_seconds: float,
        cpu: Callable[[], float],
        account: Account | None = None,
        queued: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Start the clock of a test that may take `cpu_seconds`.

        cpu:     tells the CPU seconds that the boxes have used so far
        account: that of the submission, which the waiting is charged to
        queued:  tells the seconds for which the present box has stood in the queue for a core
        """
        self._limit = cpu_seconds
        self._cpu = cpu
        self._account = account
        self._queued = queued
        self._last_queued = 0.0
        self._worked = self._waited = 0.0
        self.discard()

    def discard(self) -> None:
        """Discard the time since the last sample."""
        self._last_work, self._last_wait = self._cpu(), time.monotonic()

    def begin(self) -> None:
        """Begin a call: nobody waited while the judge did its own work. Raise TimeLimit as `sample` does."""
        self._last_wait = time.monotonic()
        self.sample()

    def charge(self, seconds: float) -> None:
        """Add seconds in which the judge waited for the box and could not sample. Raise TimeLimit as `sample` does."""
        if self._account is not None:
            self._account.wait(seconds)

    def sample(self) -> None:
        """Add the time since the last sample. Raise TimeLimit when the limit is exceeded."""
        work, wait = self._cpu(), time.monotonic()
        waited = min(wait - self._last_wait, _LONGEST_WAIT)
        idle = waited - (work - self._last_work)
        self._worked += min(work - self._last_work, _LONGEST_WORK)
        self._waited += waited
        self._last_work, self._last_wait = work, wait
        if self._worked > self._limit:
            raise endings.TimeLimit(f"more than {self._limit:g} s of CPU time: an endless loop?")
        if self._waited > self._limit * _WALL_PER_CPU:
            text = f"more than {self._limit * _WALL_PER_CPU:g} s: what does it wait for?"
            raise endings.TimeLimit(text, certain=False)
        if self._account is not None and idle > _SHORT:
            before, self._last_queued = self._last_queued, self._queued()
            self._account.wait(max(0.0, idle - max(0.0, self._last_queued - before)))
