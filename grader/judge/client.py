"""The client of a warm judge. Light: the heavy imports are in the process that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.box.devices.gpus import CPU, Target
from grader.encodable import all_readable
from grader.judge.messages import Answer, parse_answer

Event = dict[str, Any]


class JudgeFault(Exception):
    """The judge could not start or has died; the text has its last words."""


@dataclass(frozen=True)
class JudgeSpec:
    """The conditions that a judge is started for.

    units:  units whose suites it collects
    tier:   name of the walls around submissions
    secret: base of all seeds
    hidden: False leaves hidden tests out (the audit also looks at public ones alone)
    target: the device that submissions are graded on
    tape:   False to draw each test's examples anew for every submission, which comes to the same
    verify: record the tape twice, and leave out tests whose examples differ (an audit does)
    """

    course: Path
    units: tuple[str, ...]
    tier: str
    secret: bytes = field(repr=False)
    hidden: bool = True
    target: Target = CPU
    tape: bool = True
    verify: bool = False

    def covers(self, other: JudgeSpec) -> bool:
        """Return True if a judge of this spec can do the other's jobs: it may have more units, all else is equal."""
        mine = (self.course, self.tier, self.secret, self.hidden, self.target, self.tape)
        theirs = (other.course, other.tier, other.secret, other.hidden, other.target, other.tape)
        return mine == theirs and self.verify >= other.verify and set(self.units) >= set(other.units)


class JudgeClient:
    """A warm judge, which is started with this object. Use as a context manager.

    untaped: once it is ready, the tests whose examples are drawn for every submission, and why
    """

    def __init__(self, spec: JudgeSpec) -> None:
        self.spec = spec
        self.untaped: dict[str, str] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.judge.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            cwd=spec.course,
            process_group=0,  # Ctrl-C is for the command, which ends the judge
        )
        self._ready = False
        self._in_flight = 0
        self._send(
            {
                "course": str(spec.course),
                "units": list(spec.units),
                "tier": spec.tier,
                "secret": spec.secret.hex(),
                "hidden": spec.hidden,
                "device": spec.target.name,
                "gpus": spec.target.gpus,
                "tape": spec.tape,
                "verify_tape": spec.verify,
            }
        )

    def __enter__(self) -> JudgeClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The number of the judge's process."""
        return self._process.pid

    @property
    def idle(self) -> bool:
        """True while the judge is alive and all its jobs are answered."""
        return self._process.poll() is None and not self._in_flight

    def wait_until_ready(self) -> dict[str, int]:
        """Return the number of tests of each unit. Raises JudgeFault when the suite can't be used."""
        answer = self._receive()
        if "fault" in answer:
            raise JudgeFault(answer["fault"])
        self._ready = True
        self.untaped = dict(answer["untaped"])
        return dict(answer["units"])

    def submit(
        self,
        job: str,
        unit: str,
        module: Path,
        *,
        dependencies: Sequence[Path] = (),
        secret: bytes | None = None,
        student: str = "",
        shrink: bool = True,
        only: Collection[str] = (),
        quick: bool = False,
        stop_on: Collection[str] = (),
    ) -> None:
        """Have the module's file (staged, canonically named) graded; the answer comes from `next_answer`.

        dependencies: folders besides the module's own whose modules it may import
        secret:  another one than the judge's, for this job alone
        student: whose work it is, for tests that ask
        shrink:  False if only the outcomes matter: failures are neither shrunk nor repeated
        only:    run the tests of these functions, and no others
        quick:   a test that repeats itself, over seeds, may cut that short
        stop_on: bands: a failing public test of one of these ends the job, quick tests come first
        """
        own = {} if secret is None else {"secret": secret.hex()}
        order = {
            "job": job,
            "unit": unit,
            "module": str(module),
            "dependencies": [str(f) for f in dependencies],
            "student": student,
            "shrink": shrink,
            "only": list(only),
            "quick": quick,
            "stop_on": list(stop_on),
        }
        self._in_flight += 1
        self._send(order | own)

    def next_answer(self, on_event: Callable[[Event], None] = lambda event: None) -> Answer:
        """Return the answer to the next finished job, whichever it is.

        on_event: called with what the judge reports meanwhile, such as {"event": "zygote_died"}
        Raises JudgeFault when the judge dies, or gives up with the reason.
        """
        if not self._ready:
            self.wait_until_ready()
        while "event" in (line := self._receive()):
            on_event(line)
        if "job" not in line:
            raise JudgeFault(line["fault"])
        self._in_flight -= 1
        return parse_answer(line)

    def close(self) -> None:
        """End the judge and all that it started. One that is not ready reads nothing yet."""
        if self._process.stdin:
            self._process.stdin.close()
        if not self._ready:
            self._process.kill()
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
            raise self._death() from None

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._death()
        return dict(all_readable(json.loads(line)))

    def _death(self) -> JudgeFault:
        return JudgeFault(f"the judge has died (exit status {self._process.wait()})")


def _environment() -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one thread, or forks hang
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or pytest rewrites hypothesis at every start
    environment.pop("PYTEST_ADDOPTS", None)
    environment.pop("PYTEST_PLUGINS", None)
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return environment
