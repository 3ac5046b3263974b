"""A class whose first student's module waits, so that things can happen in the middle of a grading."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from support import started
from support.small_course import RIGHT, write_course

_WAITING = """
import time
from pathlib import Path

Path({begun!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.02)

"""


class WaitingClass:
    """The small course with a class in which ann's module waits; without walls, so that it can look outside."""

    def __init__(self, root: Path, students: dict[str, str]) -> None:
        self._begun, self._go = root / "begun", root / "go"
        waiting = _WAITING.format(begun=str(self._begun), go=str(self._go))
        self.course = write_course(root / "course", {"ann": waiting + RIGHT, **students})
        self.scratch = root / "scratch"
        self.scratch.mkdir()

    def module(self, student: str) -> Path:
        return self.course / "class" / student / "doubling.py"

    def grading(self, command: str = "grade", *more: str, anew: bool = False) -> subprocess.Popen[str]:
        """Start the command with one job at a time, and return when it is at work on ann. anew: as `started` has it."""
        self._begun.unlink(missing_ok=True)
        self._go.unlink(missing_ok=True)
        options = ("--out", "out", "--secret", "secret", "--tier", "T0", "--jobs", "1")
        grading = started(
            *(command, "class", *options, *more),
            cwd=self.course,
            env={"TMPDIR": str(self.scratch)},
            anew=anew,
        )
        self.wait_for_ann(grading)
        return grading

    def wait_for_ann(self, grading: subprocess.Popen[str]) -> None:
        """Return when ann's module has begun to wait."""
        deadline = time.monotonic() + 120
        while not self._begun.exists():
            assert grading.poll() is None, grading.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self._begun.unlink()

    def let_go(self) -> None:
        """Have ann's module go on."""
        self._go.touch()

    def finish(self, grading: subprocess.Popen[str]) -> str:
        """Let the grading go on to its end; return what it said. Its exit status is in grading.returncode."""
        self.let_go()
        output, errors = grading.communicate(timeout=200)
        assert "Traceback" not in errors, errors
        return output + errors
