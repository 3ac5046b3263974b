"""`grader watch`, started for real: in a terminal of its own, or piped."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pexpect
import psutil
from warm.popen import command_for_terminals

from support import ROOT

PATIENCE = 90  # seconds, of a machine that has much else to do
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
_NEW_FRAME = "\x1b[H"
_WATCH = [sys.executable, "-m", "grader", "watch"]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**own, "PYTHONPATH": str(ROOT), **(more or {})}


def workers_of(course: Path, front: int) -> list[psutil.Process]:
    """Return the processes that are at work in the course for the process `front`."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != front and process.cwd() == str(course):
                found.append(process)
    return found


class Screen:
    """A terminal with `grader watch` in it."""

    def __init__(self, course: Path, *arguments: str, size: tuple[int, int] = (40, 110)) -> None:
        python, *watch = command_for_terminals("grader")
        self.process = pexpect.spawn(
            python,
            [*watch, "watch", *arguments],
            cwd=str(course),
            env=environment({"TERM": "xterm-256color"}),  # type: ignore[arg-type]
            dimensions=size,
            encoding="utf-8",
            codec_errors="replace",
        )
        self.raw = ""

    def press(self, key: str) -> None:
        self.process.send(key)

    def frame(self) -> str:
        """Return the last whole screen that was drawn, without what steers the terminal."""
        frames = self.raw.split(_NEW_FRAME)
        return _STEERING.sub("", frames[-1]).replace("\r", "")

    def until(self, holds: Callable[[str], bool]) -> str:
        """Return the first screen of which this holds. The last screen is in the error if there is none."""
        deadline = time.monotonic() + PATIENCE
        while not holds(self.frame()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not shown; the screen is:\n{self.frame()}")
            with contextlib.suppress(pexpect.TIMEOUT):
                try:
                    self.raw += self.process.read_nonblocking(1 << 16, timeout=0.2)
                except pexpect.EOF:
                    assert holds(self.frame()), f"it has ended; the screen was:\n{self.frame()}"
        return self.frame()

    def shows(self, *texts: str) -> str:
        return self.until(lambda frame: all(text in frame for text in texts))

    def ended(self) -> str:
        """Wait for the end. Return what came after the other screen was left."""
        self.raw += self.process.read()
        self.process.wait()
        return self.raw.rpartition("\x1b[?1049l")[2]


@contextlib.contextmanager
def screen(course: Path, *arguments: str, size: tuple[int, int] = (40, 110)) -> Iterator[Screen]:
    """Start it, and end it after the body."""
    shown = Screen(course, *arguments, size=size)
    try:
        yield shown
    finally:
        shown.process.close(force=True)


class Piped:
    """`grader watch` without a terminal."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._coming: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))
        self._coming.put(None)

    def until(self, text: str) -> str:
        """Return what is printed from now on up to the line with this text."""
        printed: list[str] = []
        while not any(text in line for line in printed):
            try:
                line = self._coming.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"not printed; there was:\n{chr(10).join(printed)}") from None
            assert line is not None, f"it has ended; it printed:\n{chr(10).join(printed)}"
            printed.append(line)
        self.lines += printed
        return "\n".join(printed)

    def rest(self) -> str:
        """Return what is printed up to its end."""
        printed: list[str] = []
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            printed.append(line)
        return "\n".join(printed)


@contextlib.contextmanager
def piped(course: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[Piped]:
    """Start it, and end it after the body."""
    with subprocess.Popen(
        [*_WATCH, *arguments],
        cwd=course,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Piped(process)
        finally:
            process.terminate()


def replace(file: Path, text: str) -> None:
    """Save as vim and Jupyter do: write another file and rename it over this one."""
    other = file.with_name(f".~{file.name}")
    other.write_text(text, encoding="utf-8")
    os.replace(other, file)  # noqa: PTH105 - over what is there
