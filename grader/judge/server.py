"""The warm judge: `python -m grader.judge.server`, one for a whole class.

It collects the suite of the asked units once, starts a zygote, and then forks itself for each job. Lines
of JSON on stdin and stdout:

    in:  {"course", "units", "tier", "secret" (hex), "hidden": bool, "device", "gpus",
          "tape": bool, "verify_tape": bool}      once
    out: {"ready": true, "units": {unit: number of tests}, "untaped": {test: why}} or {"fault": text}
    in:  {"job": id, "unit", "module": path, "dependencies": folders, maybe "secret", "student",
          "shrink", "only", "quick", "stop_on"}   any number, at any time
    out: {"job": id, "tests": [...], "seconds", "cpu", "asked_submitter": bool} or
         {"job": id, "seconds", "fault": text, maybe "fallback": tests}, see grader.judge.telling
    out: {"event": "zygote_died"}, {"event": "zygote_restarted"} or
         {"event": "killed_overdue", "job": id, "seconds"}   in between

End of input ends it and everything it started. The secret comes on stdin so that no other process can
read it off a command line or an environment.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from grader.box.boxed import WalledBox, box_of_unit
from grader.box.huge_pages import ForkCount
from grader.box.scratch import folder_of_boxes, remove
from grader.box.walls.process import die_with_parent
from grader.box.zygote_handle import ZygoteHandle
from grader.course import Course, Unit
from grader.encodable import take_any_text
from grader.endings import BoxFault
from grader.judge.fork import grade_in_fork
from grader.judge.telling import answer_of
from grader.judge.warming import grade_keys
from grader.suite.plugin import _compat
from grader.suite.plugin.running import Profile, pytest_arguments
from grader.suite.plugin.stash import INFO, UNIT
from grader.suite.tape.taped import Tape

_GRACE = 60.0  # wall seconds that a judge may take beyond ten times the submission's CPU limit
_FORK_PATIENCE = 60.0  # wall seconds in which other processes may end, where the machine has room for no more


@dataclass
class _Running:
    job: str
    pid: int
    deadline: float
    started: float
    items: Sequence[pytest.Item]
    told: bytearray
    gpu: int
    boxes: Path  # the folder that its boxes have theirs in
    killed: bool = False


class JudgeServer:
    """A pytest plugin whose run of the tests is to wait for jobs."""

    def __init__(self, order: dict[str, Any], lines: BinaryIO, out: BinaryIO) -> None:
        self._course = Course(Path(order["course"]))
        self._units = [self._course.unit(u) for u in order["units"]]
        self._tier = order["tier"]
        self._secret = bytes.fromhex(order["secret"])
        self._hidden = order["hidden"]
        self._device, self._gpus = order["device"], order["gpus"]
        self._tape = Tape(self._secret) if order["tape"] else None
        self._verify_tape = order["verify_tape"]
        self._lines, self._out = lines, out
        self._running: dict[int, _Running] = {}  # descriptor of the answer's pipe → job
        self._waiting: deque[dict[str, Any]] = deque()  # jobs that no process could be made for yet
        self._waiting_since = 0.0
        self._selector = selectors.DefaultSelector()
        self._forks = ForkCount()
        self._seconds: dict[pytest.Item, float] = {}  # the answer key's, for each test
        self.fault = ""

    def run(self) -> int:
        """Run pytest until the input ends; return its exit status."""
        # It warms up while the suite is collected and the answer keys are graded.
        self._zygote = self._new_zygote()
        try:
            with folder_of_boxes() as self._folder:
                return pytest.main(
                    pytest_arguments(self._course, self._units), plugins=[self, Profile("official")]
                )
        finally:
            self._zygote.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if not self._hidden:
            items[:] = [i for i in items if i.get_closest_marker("deepens") is None]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests: serve."""
        if session.testsfailed:
            return True  # collecting failed: pytest's own words are in the log
        self._by_unit: dict[str, list[pytest.Item]] = {u.name: [] for u in self._units}
        for item in session.items:
            if INFO in item.stash:
                self._by_unit[item.stash[UNIT].name].append(item)
        empty = [u for u, items in self._by_unit.items() if not items]
        if empty:
            self.fault = f"no tests were collected for {', '.join(empty)}"
            return True
        _compat.forget_local_constants()
        try:
            self._warm_up_and_serve(session)
        except BoxFault as fault:  # of the zygote: without it, there are no boxes
            self.fault = str(fault)
        return True

    def _warm_up_and_serve(self, session: pytest.Session) -> None:
        suites = [(unit, self._by_unit[unit.name]) for unit in self._units]
        self._seconds, failures = grade_keys(
            session.config, suites, self._secret, self._tape, verify=self._verify_tape
        )
        self._zygote.wait_until_warm()  # what keeps it from starting may be why the answer key fails
        if failures:
            self.fault = "the answer key itself does not pass: " + "; ".join(failures)
            return
        units = {u: len(items) for u, items in self._by_unit.items()}
        self._say({"ready": True, "units": units, "untaped": self._tape.untaped if self._tape else {}})
        gc.collect()
        gc.freeze()
        self._serve(session)

    def _new_zygote(self) -> ZygoteHandle:
        probes = [u.probes for u in self._units if u.probes.exists()]
        return ZygoteHandle(probes, [u.forbidden for u in self._units], tier=self._tier)

    def _serve(self, session: pytest.Session) -> None:
        os.set_blocking(self._lines.fileno(), False)
        self._selector.register(self._lines, selectors.EVENT_READ)
        pending = b""
        while True:
            for key, _ in self._selector.select(timeout=1.0):
                if key.fileobj is self._lines:
                    data = self._lines.read()
                    if data == b"":
                        return self._end()
                    *whole, pending = (pending + (data or b"")).split(b"\n")
                    self._waiting.extend(map(json.loads, whole))
                else:
                    self._listen(key.fd)
            self._start_waiting(session)
            self._kill_overdue()

    def _start_waiting(self, session: pytest.Session) -> None:
        """Start the jobs that wait. Where no process can be made for one, give up after a while."""
        while self._waiting:
            try:
                self._start(session, self._waiting[0])
            except BlockingIOError as error:
                self._waiting_since = self._waiting_since or time.monotonic()
                if time.monotonic() - self._waiting_since < _FORK_PATIENCE:
                    return
                fault = f"no process could be made to grade it in: {error}"
                self._say({"job": self._waiting[0]["job"], "seconds": 0.0, "fault": fault})
            self._waiting_since = 0.0
            self._waiting.popleft()

    def _start(self, session: pytest.Session, job: dict[str, Any]) -> None:
        """Start a job in a fork. Raise BlockingIOError when the machine has no room for another process."""
        unit = self._course.unit(job["unit"])
        self._require_zygote()
        gpu = self._least_used_gpu()
        boxes = Path(tempfile.mkdtemp(dir=self._folder))
        items = self._items(unit, job)
        read, write = os.pipe()
        self._forks.one_more()
        try:
            pid = os.fork()
        except BlockingIOError:
            for end in (read, write):
                os.close(end)
            remove(boxes)
            raise
        if pid == 0:
            box = partial(self._box, unit, job, gpu, boxes)
            grade_in_fork(session.config, items, unit, box, self._secret, self._tape, job, write)
        os.close(write)
        limit = unit.limits.submission_cpu_seconds * 10 + _GRACE
        now = time.monotonic()
        self._running[read] = _Running(job["job"], pid, now + limit, now, items, bytearray(), gpu, boxes)
        self._selector.register(read, selectors.EVENT_READ)

    def _require_zygote(self) -> None:
        """Start another zygote if the present one has died."""
        if self._zygote.alive():
            return
        self._say({"event": "zygote_died"})
        self._zygote.close()
        self._zygote = self._new_zygote()
        self._zygote.wait_until_warm()
        self._say({"event": "zygote_restarted"})

    def _least_used_gpu(self) -> int:
        """Return the number of the GPU that the fewest submissions are on; 0 without GPUs."""
        busy = [run.gpu for run in self._running.values()]
        return min(range(max(1, self._gpus)), key=busy.count)

    def _items(self, unit: Unit, job: dict[str, Any]) -> list[pytest.Item]:
        """Return the unit's tests, or those of some functions; public and quick ones first if one failure may do."""
        items, only = self._by_unit[unit.name], job.get("only")
        chosen = [i for i in items if i.stash[INFO].function in only] if only else items
        if job.get("stop_on"):
            return sorted(chosen, key=lambda i: (i.stash[INFO].hidden, self._seconds[i]))
        return chosen

    def _box(
        self, unit: Unit, job: dict[str, Any], gpu: int, boxes: Path, when_walled: Callable[[], None]
    ) -> WalledBox:
        return box_of_unit(
            self._zygote,
            unit,
            Path(job["module"]),
            [Path(folder) for folder in job["dependencies"]],
            boxes,
            tier=self._tier,
            device=self._device,
            gpu=gpu,
            when_walled=when_walled,
        )

    def _listen(self, fd: int) -> None:
        run = self._running[fd]
        if chunk := os.read(fd, 2**16):
            run.told += chunk
            return
        self._selector.unregister(fd)
        os.close(fd)
        del self._running[fd]
        exit_code = os.waitstatus_to_exitcode(os.waitpid(run.pid, 0)[1])
        remove(run.boxes)
        answer = answer_of(bytes(run.told), exit_code, run.items, overdue=run.killed)
        self._say({"job": run.job, "seconds": time.monotonic() - run.started, **answer})

    def _kill_overdue(self) -> None:
        for run in self._running.values():
            if time.monotonic() > run.deadline and not run.killed:
                run.killed = True
                os.kill(run.pid, signal.SIGKILL)
                seconds = round(time.monotonic() - run.started, 1)
                self._say({"event": "killed_overdue", "job": run.job, "seconds": seconds})

    def _say(self, line: dict[str, Any]) -> None:
        self._out.write(json.dumps(line).encode() + b"\n")
        self._out.flush()

    def _end(self) -> None:
        for run in self._running.values():
            os.kill(run.pid, signal.SIGKILL)
            os.waitpid(run.pid, 0)


def main() -> None:
    """Serve until the input ends."""
    die_with_parent(os.getppid())
    lines = open(os.dup(0), "rb", buffering=0)  # noqa: SIM115 - lives as long as the process
    out = open(os.dup(1), "wb")  # noqa: SIM115
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    log = tempfile.TemporaryFile()  # noqa: SIM115 - what pytest prints; wanted only if it fails
    os.dup2(log.fileno(), 1)
    take_any_text(sys.stdout, sys.stderr)
    server = JudgeServer(json.loads(b"".join(_first_line(lines))), lines, out)
    try:
        status = server.run()
    except BoxFault as fault:
        status, server.fault = 1, str(fault)
    if server.fault or status not in (0, 5):
        sys.stdout.flush()
        log.seek(0)
        printed = log.read().decode(errors="replace")[-3000:] if not server.fault else ""
        server._say({"fault": server.fault or f"pytest ended with status {status}\n{printed}"})
        sys.exit(1)


def _first_line(lines: BinaryIO) -> Iterator[bytes]:
    while (byte := lines.read(1)) not in (b"\n", b""):
        yield byte


if __name__ == "__main__":
    main()
