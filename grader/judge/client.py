"""The classroom's side of a warm judge. Light: the heavy imports are in the process that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from grader.box.devices.gpus import CPU, Target
from grader.encodable import all_encodable
from grader.judge.messages import Answer, parse_answer


class JudgeFault(Exception):
    """The judge could not start or has died; the text has its last words."""


class JudgeServer:
    """A warm judge for some units. Use as a context manager.

    tier:   name of the walls around submissions
    secret: base of all seeds
    hidden: whether hidden tests count (the audit also looks at public ones alone)
    target: the device that submissions are graded on
    """

    def __init__(
        self,
        course: Path,
        units: Sequence[str],
        *,
        tier: str,
        secret: bytes,
        hidden: bool = True,
        target: Target = CPU,
    ) -> None:
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one thread, or forks hang
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or pytest rewrites hypothesis at every start
        environment.pop("PYTEST_ADDOPTS", None)
        environment.pop("PYTEST_PLUGINS", None)
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.judge.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=course,
        )
        order = {
            "course": str(course),
            "units": list(units),
            "tier": tier,
            "secret": secret.hex(),
            "hidden": hidden,
            "device": target.name,
            "gpus": target.gpus,
        }
        self._send(order)
        self._greeted = False

    def __enter__(self) -> JudgeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_until_ready(self) -> dict[str, int]:
        """Number of tests of each unit. Raises JudgeFault when the suite can't be used."""
        answer = self._receive()
        if "fault" in answer:
            raise JudgeFault(answer["fault"])
        self._greeted = True
        return dict(answer["units"])

    def submit(
        self,
        job: str,
        unit: str,
        module: Path,
        *,
        joined: Sequence[Path] = (),
        secret: bytes | None = None,
        student: str = "",
        brief: bool = False,
        only: Collection[str] = (),
        rehearsal: bool = False,
        until: Collection[str] = (),
    ) -> None:
        """Have the module's file (staged, canonically named) graded; the answer comes from `next_answer`.

        joined: folders besides the module's own whose modules it may import
        secret: another one than the judge's, for this job alone
        student: whose work it is, for tests that ask
        brief:  only the outcomes matter: failures are neither shrunk nor repeated
        only:   run the tests of these functions, and no others
        rehearsal: a test that repeats itself, over seeds, may cut that short
        until:  bands: a failing public test of one of these ends the job, quick tests come first
        """
        own = {} if secret is None else {"secret": secret.hex()}
        order = {
            "job": job,
            "unit": unit,
            "module": str(module),
            "joined": [str(f) for f in joined],
            "student": student,
            "brief": brief,
            "only": list(only),
            "rehearsal": rehearsal,
            "until": list(until),
        }
        self._send(order | own)

    def next_answer(self) -> Answer:
        """Return the answer to the next finished job, whichever it is."""
        if not self._greeted:
            self.wait_until_ready()
        return parse_answer(self._receive())

    def close(self) -> None:
        """End the judge and all that it started."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _send(self, line: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise JudgeFault(f"the judge has died (exit status {self._process.wait()})") from None

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise JudgeFault(f"the judge has died (exit status {self._process.wait()})")
        return dict(all_encodable(json.loads(line)))
