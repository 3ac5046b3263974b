"""A worker's process as the front sees it: started, ordered about, heard, and killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.home.watch import messages

_MOST_WORDS = 2000  # of what a worker said on standard error before it was ready


@dataclass(frozen=True)
class Gone:
    """A worker has ended, or sent what is no message. The text says how."""

    text: str


@dataclass(frozen=True)
class Heard:
    """A report of a worker, or its end."""

    worker: WorkerProcess
    report: messages.AnyReport | Gone


class WorkerProcess:
    """A worker, which is started with this object. Each of its reports goes to `put`.

    unit:  the unit that it was told to collect
    tests: None until they are collected
    """

    def __init__(self, course: Path, scratch: Path, put: Callable[[Heard], None]) -> None:
        self.unit = ""
        self.tests: tuple[messages.Test, ...] | None = None
        self.was_ready = False
        self._put = put
        self._words = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed when the worker has gone
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.home.watch.worker", str(course)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            cwd=course,
            env=_environment(scratch),
            **_apart(),
        )
        reader = threading.Thread(target=self._listen, daemon=True)
        reader.start()
        threading.Thread(target=self._wait, args=(reader,), daemon=True).start()

    def send(self, order: messages.Order) -> None:
        """Send an order. One that has gone takes none: its end is reported."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(messages.to_line(order))
            self._process.stdin.flush()

    def collect(self, unit: str) -> None:
        self.unit, self.tests = unit, None
        self.send(messages.Collect(unit))

    def kill(self) -> None:
        """End it, and what it has started, now."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def wait(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(messages.MOST_BYTES):
            try:
                report = messages.report_of(line)
            except ValueError:  # the student's code wrote there
                self.kill()
                return
            self._put(Heard(self, report))

    def _wait(self, reader: threading.Thread) -> None:
        status = self._process.wait()
        reader.join(1)  # a process that the student's code started may keep the stream open
        self.kill()
        self._words.seek(0)
        said = self._words.read().decode("utf-8", "replace")[-_MOST_WORDS:]
        self._put(
            Heard(self, Gone(_in_words(status) if self.was_ready else said.strip() or _in_words(status)))
        )


def _environment(scratch: Path) -> dict[str, str]:
    """Return the worker's environment: the kit is found where this one is, and what is left lies in `scratch`."""
    kit = str(Path(__file__).parents[3])
    paths = [kit, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    return {**os.environ, **folders, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def _apart() -> dict[str, Any]:
    """Return the options that keep a worker, and what it starts, away from this terminal and its Ctrl-C."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-status).name}"
    return f"killed by signal {-status}"
