"""The clock of a test: CPU seconds, and seconds of waiting."""

from __future__ import annotations

import time
from collections.abc import Callable

from grader import endings

_WALL_PER_CPU = 10  # a test may wait for ten times its CPU seconds
# Seconds that count between two samples: any more, and the judge did not run, or the machine stood still.
_LONGEST_WAIT, _LONGEST_WORK = 0.1, 0.5


class Clock:
    """The time that a test has used: CPU seconds of the box, and seconds of waiting.

    Time in which the judge did not run is not counted. On a machine that is overloaded, or that stands still for a
    while, the box makes no progress either, and the submission is not to blame.
    """

    def __init__(self, cpu_seconds: float, cpu: Callable[[], float]) -> None:
        self._limit = cpu_seconds
        self._cpu = cpu
        self._worked = self._waited = 0.0
        self.discard()

    def discard(self) -> None:
        """Discard the time since the last sample."""
        self._last_work, self._last_wait = self._cpu(), time.monotonic()

    def begin(self) -> None:
        """Begin a call: nobody waited while the judge did its own work. Raise TimeLimit as `sample` does."""
        self._last_wait = time.monotonic()
        self.sample()

    def sample(self) -> None:
        """Add the time since the last sample. Raise TimeLimit when the limit is exceeded."""
        work, wait = self._cpu(), time.monotonic()
        self._worked += min(work - self._last_work, _LONGEST_WORK)
        self._waited += min(wait - self._last_wait, _LONGEST_WAIT)
        self._last_work, self._last_wait = work, wait
        if self._worked > self._limit:
            raise endings.TimeLimit(f"more than {self._limit:g} s of CPU time: an endless loop?")
        if self._waited > self._limit * _WALL_PER_CPU:
            text = f"more than {self._limit * _WALL_PER_CPU:g} s: what does it wait for?"
            raise endings.TimeLimit(text, certain=False)
