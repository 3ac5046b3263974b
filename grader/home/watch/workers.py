"""The workers as the front sees them: one at work, and a spare one that warms up meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from grader.course import Course
from grader.endings import BoxFault
from grader.home.watch import messages
from grader.home.watch.process import Heard, WorkerProcess

_MOST_FAILED_STARTS = 2


class Workers:
    """The worker at work, and the spare one. Use as a context manager, which ends both and removes their scratch."""

    def __init__(self, course: Course, put: Callable[[Heard], None]) -> None:
        self._course = course
        self._put = put
        self._folder = tempfile.TemporaryDirectory(prefix="grader-watch-", ignore_cleanup_errors=True)
        self._failed_starts = 0
        self._all: list[WorkerProcess] = []
        self.spare: WorkerProcess | None = None
        self.first = self._new()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for worker in self._all:
            worker.kill()
        for worker in self._all:
            worker.wait()
        self._folder.cleanup()

    def ready(self, worker: WorkerProcess, report: messages.Ready) -> None:
        """Note that a worker is ready, and have a spare one warm up for the same unit once the first is."""
        worker.unit, worker.tests, worker.was_ready = report.unit, report.tests, True
        self._failed_starts = 0
        if worker is self.first:
            self._warm_spare()

    def replace(self) -> None:
        """End the first worker and put the spare one in its place."""
        unit = self.first.unit
        self.first.kill()
        self._all.remove(self.first)
        if self.spare is None:
            self.first = self._new()
            if unit:
                self.first.collect(unit)
            return
        self.first, self.spare = self.spare, None
        if self.first.tests is not None:
            self._warm_spare()

    def gone(self, worker: WorkerProcess, text: str) -> None:
        """Note that a worker has ended. Raise BoxFault if that is no student's doing, and happens again."""
        if worker not in self._all:
            return
        if not worker.was_ready:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise BoxFault(f"the process that runs the tests can't start: {text}")
        if worker is self.first:
            self.replace()
        else:
            self._all.remove(worker)
            self.spare = None
            self._warm_spare()

    def _warm_spare(self) -> None:
        if self.spare is None:
            self.spare = self._new()
        if self.spare.unit != self.first.unit:
            self.spare.collect(self.first.unit)

    def _new(self) -> WorkerProcess:
        worker = WorkerProcess(self._course.root, Path(self._folder.name), self._put)
        self._all.append(worker)
        return worker
