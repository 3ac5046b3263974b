"""The pages of a class while it is graded: written again and again by a thread, so that grading waits for none."""

from __future__ import annotations

import contextlib
import datetime
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader.cli.console import stderr
from grader.cli.signals import interrupted_by_signals
from grader.course import Course

if TYPE_CHECKING:
    from grader.outputs.report import RunState

_SHORTEST_PAUSE = 4.0  # seconds: nobody looks more often, and the page loads itself again as often
_PAUSE = 19  # times what the pages took to write: a twentieth of the time, whatever the size of the class
_CLOCKS = 2.0  # seconds by which the clock of a file may be behind


@contextlib.contextmanager
def live_pages(course: Course, out: Path) -> Iterator[LivePages]:
    """Yield the pages of a class for as long as it is graded, and until its final pages are written.

    Whatever ends the body early, no page goes on to say that the class is being graded: a signal that asks the process
    to end interrupts it as Ctrl-C does. Only a process that is killed can't say so.
    """
    pages = LivePages(course, out)
    with interrupted_by_signals():
        try:
            yield pages
        finally:
            pages.conclude()


class LivePages:
    """Writes the pages of a class that is being graded, and says once where they are.

    No page ends a run: one that can't be written is left as it was. See `live_pages`.
    """

    def __init__(self, course: Course, out: Path) -> None:
        self._course = course
        self._out = out
        self._done, self._total = 0, 0
        self._news, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._written_to = time.time() - _CLOCKS  # older records are on their students' pages

    def advance(self, done: int, total: int) -> None:
        """Have the pages written soon. The first call begins, and says where the pages are."""
        self._done, self._total = done, total
        self._news.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_writing, name="pages", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Write no more: the final pages come next."""
        self._over.set()
        self._news.set()
        if self._thread:
            self._thread.join()

    def conclude(self) -> None:
        """Have an index that still says that the class is being graded say that the run has ended.

        It says so at once. Then all pages are written, if they can be.
        """
        from grader.outputs.report import ReportError, mark_stopped

        self.finish()
        with contextlib.suppress(ReportError, OSError):
            if self._thread and mark_stopped(self._out, self._state(stopped=True)):
                self._write(stopped=True)

    def _keep_writing(self) -> None:
        known = False
        while not self._over.is_set():
            self._news.clear()
            before = time.monotonic()
            written = self._write(stopped=False)
            if written and not known:
                known = True
                where = (self._out / "report" / "index.html").resolve().as_uri()
                stderr.print(Text(f"Report, while the class is graded: {where}"), soft_wrap=True)
            self._over.wait(pause_after(time.monotonic() - before))
            self._news.wait()

    def _write(self, *, stopped: bool) -> bool:
        from grader.cli.report import note_course_rubrics
        from grader.outputs.report import write_report

        began = time.time() - _CLOCKS
        try:
            note_course_rubrics(self._course, self._out)
            since = 0 if stopped else self._written_to
            write_report(self._out, run=self._state(stopped=stopped), changed_since=since)
        except Exception:  # the final pages say what was wrong, when the grades are safe
            return False
        self._written_to = began
        return True

    def _state(self, *, stopped: bool) -> RunState:
        from grader.outputs.report import RunState

        return RunState(self._done, self._total, f"{datetime.datetime.now():%Y-%m-%d %H:%M:%S}", stopped)


def pause_after(seconds: float) -> float:
    """Return the least seconds to wait after pages that took so long to write."""
    return max(_SHORTEST_PAUSE, _PAUSE * seconds)
