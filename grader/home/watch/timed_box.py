"""A box whose calls are timed from another thread, for those that the time limit in the process can't end.

box.watchdog raises an error in the student's own code. Code that catches everything goes on, and so does a call of C
code, or one that only waits: these end with the worker. So does a worker in which that error was raised: it may have
struck a library in the midst of its import, which then stays half there.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.box.clock import Clock
from grader.box.direct import DirectBox
from grader.box.locations import place
from grader.endings import Broken, TimeLimit

_GRACE = 2.0  # CPU seconds for the limit within the process to do its work


class Stopped(BaseException):
    """The run was stopped: what it would find is of an older file."""


class Calls:
    """The clock of the call into a student's code that is going on, if there is one. A whole test has no limit.

    stopped:     True when the run is to end, at its next call
    interrupted: True when the time limit has struck, wherever that was
    folder:      where the student's module lies; a notebook's is extracted into one of its own
    """

    def __init__(self, cpu_seconds: float) -> None:
        self._limit = cpu_seconds
        self._clock: Clock | None = None
        self._thread = threading.get_ident()
        self.stopped = self.interrupted = False
        self.folder: Path | None = None

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time the body. Raise Stopped in its place when the run is to end."""
        if self.stopped:
            raise Stopped
        self._clock = Clock(self._limit + _GRACE, time.process_time)
        try:
            yield
        except (TimeLimit, Broken) as error:
            self.interrupted |= isinstance(error, TimeLimit) or isinstance(error.__context__, TimeLimit)
            raise
        finally:
            self._clock = None

    def overdue(self) -> tuple[str, str] | None:
        """Return (text, line) of a call that is over its limit, else None."""
        if (clock := self._clock) is None:
            return None
        try:
            clock.sample()
        except TimeLimit as error:
            text = f"more than {self._limit:g} s: an endless loop?" if error.certain else error.text
            return text, self._line()
        return None

    def _line(self) -> str:
        frame = sys._current_frames().get(self._thread)
        while frame is not None and self.folder is not None:
            if Path(frame.f_code.co_filename).is_relative_to(self.folder):
                return place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
            frame = frame.f_back
        return ""


class TimedBox:
    """A box in this process whose calls are timed."""

    def __init__(self, box: DirectBox, calls: Calls) -> None:
        self._box = box
        self._calls = calls
        self.tier, self.device = box.tier, box.device

    def open(self) -> None:
        """Import the module. Raise Broken when that fails."""
        with self._calls.timed():
            self._box.open()

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        with self._calls.timed():
            return self._box.request(op, name, args, kwargs, seed)

    def begin_test(self, share: float = 1.0) -> None:
        self._box.begin_test(share)

    def rewind(self) -> None:
        self._box.rewind()

    def restart(self) -> None:
        self._box.restart()

    def close(self) -> None:
        self._box.close()
