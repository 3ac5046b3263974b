"""How long a test has worked and waited."""

from __future__ import annotations

import time
from collections.abc import Callable

from grader import endings

_WALL_PER_CPU = 10  # by the clock on the wall a test may wait for ten times its CPU seconds
# Seconds that count between two looks: where there are more, the judge was not run, or the machine stood still.
_LONGEST_WAIT, _LONGEST_WORK = 0.1, 0.5


class Clock:
    """What a test has had of its time: CPU seconds of the box, and waiting by the clock on the wall.

    Time in which the judge did not run is not counted. On a machine that is overloaded, or that stands still for a
    while, the box does not get on with its work either: that is no fault of the submission's.
    """

    def __init__(self, cpu_seconds: float, cpu: Callable[[], float]) -> None:
        self._limit = cpu_seconds
        self._cpu = cpu
        self._worked = self._waited = 0.0
        self.pass_over()

    def pass_over(self) -> None:
        """What has been since the last look does not count."""
        self._last_work, self._last_wait = self._cpu(), time.monotonic()

    def begin(self) -> None:
        """A call begins: while the judge was at its own affairs nobody waited. Raises TimeLimit as look does."""
        self._last_wait = time.monotonic()
        self.look()

    def look(self) -> None:
        """Raises TimeLimit when the time is up."""
        work, wait = self._cpu(), time.monotonic()
        self._worked += min(work - self._last_work, _LONGEST_WORK)
        self._waited += min(wait - self._last_wait, _LONGEST_WAIT)
        self._last_work, self._last_wait = work, wait
        if self._worked > self._limit:
            raise endings.TimeLimit(f"more than {self._limit:g} s of CPU time: an endless loop?")
        if self._waited > self._limit * _WALL_PER_CPU:
            text = f"more than {self._limit * _WALL_PER_CPU:g} s: what does it wait for?"
            raise endings.TimeLimit(text, certain=False)
