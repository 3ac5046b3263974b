"""Find out what the walls of this machine really hold, by trying from behind them.

A process is forked as a box is, raises the walls and makes every check of `checks` for real: what is listed as denied
must be refused by the system, and what a submission needs must go on working. At T2 and T3 another one has the
namespaces and its user alone, without Landlock and seccomp, which would refuse first: it shows what those are worth.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.box.walls import Tier, WallError, Walls, default_readable, move_apart, raise_walls, visible
from grader.box.walls.attempts import Situation, situation
from grader.box.walls.checks import MEMORY_BYTES, Check, checks
from grader.box.walls.ground import Ground, prepare

CPU_SECONDS = 10
PATIENCE = (
    60.0  # wall-clock seconds for all attempts together; they take about a tenth of one, on an idle machine
)
ALONE = " (namespaces alone)"
RAISING = "raise the walls"
_REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}
# Where things aren't there at all, or there is no more of them.
_ABSENCES = {errno.ENOENT, errno.ESRCH, errno.EROFS, errno.ENETUNREACH, errno.ECONNREFUSED, errno.EAGAIN}


@dataclass(frozen=True)
class AttemptResult:
    """One attempt. `ok` says that the outcome is the expected one.

    outcome: "denied", "allowed", or what else became of it: "failed" (the system was ready to do it, and it
             went wrong for another reason) or "died" (it took the process with it)
    """

    name: str
    expected: Literal["denied", "allowed"]
    outcome: str
    ok: bool
    detail: str


@functools.cache
def best_tier() -> Tier:
    """Return the strongest tier whose self-test passes on this machine; T0 where none does."""
    for tier in (Tier.T3, Tier.T2, Tier.T1):
        if all(result.ok for result in run_selftest(tier, [], default_readable())):
            return tier
    return Tier.T0


def run_selftest(tier: Tier, secrets: Sequence[Path], readable: Sequence[Path]) -> list[AttemptResult]:
    """Make every check of the tier behind its walls; `secrets` are files and folders that must not be readable there.

    Forks from the caller, which may have torch imported, and keeps all troubles in the results: a child
    that dies is one. Raises OSError where nothing can be forked.
    """
    if not hasattr(os, "fork"):
        return [
            AttemptResult("walls", "allowed", "failed", False, "this system cannot fork: there are no walls")
        ]
    deadline = time.monotonic() + PATIENCE
    with situation(secrets) as found:
        # `hidden` stays empty: a secret that can be read is to be found by trying, not refused beforehand.
        walls = Walls(
            tier,
            tuple(readable),
            (found.own,),
            MEMORY_BYTES,
            CPU_SECONDS,
            file_bytes=2**16,
            visible=visible(),
        )
        every = checks(tier, found)
        results = _made(_Box(walls, found, raise_walls, ""), every, deadline)
        if tier.apart and results[-1].name != RAISING:
            alone = [check for check in every if check.apart]
            results += _made(_Box(walls, found, move_apart, ALONE), alone, deadline)
    return results


@dataclass(frozen=True)
class _Box:
    """The way in which walls go up around the process that makes the checks, and a note on it behind their names."""

    walls: Walls
    found: Situation
    raise_them: Callable[[Walls], None]
    note: str


def _made(box: _Box, every: Sequence[Check], deadline: float) -> list[AttemptResult]:
    results: list[AttemptResult] = []
    while len(results) < len(every):
        results += _in_a_child(box, every[len(results) :], deadline)
        if results[-1].name == RAISING:
            break
    return results


def _in_a_child(box: _Box, every: Sequence[Check], deadline: float) -> list[AttemptResult]:
    """Results of the first attempts: all of them, or those up to the one that the child died of."""
    receive, send = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(receive)
            _child(box, every, send)
        finally:
            os._exit(0)
    os.close(send)
    text, hung = _read_all(receive, deadline)
    if hung:
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    lines = [json.loads(line) for line in text.splitlines() if line.endswith(b"}")]
    results = [AttemptResult(**line) for line in lines]
    if len(results) < len(every) and not (results and results[-1].name == RAISING):
        lost = every[len(results)]
        why = "it did not come back in time" if hung else f"the process ended with status {status}"
        results.append(AttemptResult(lost.name + box.note, lost.expected, "died", False, why))
    return results


def _read_all(descriptor: int, deadline: float) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    with open(descriptor, "rb", buffering=0) as stream:
        while select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            chunk = stream.read(2**16)
            if not chunk:
                return b"".join(chunks), False
            chunks.append(chunk)
    return b"".join(chunks), True


def _child(box: _Box, every: Sequence[Check], send: int) -> None:
    def tell(result: AttemptResult) -> None:
        os.write(send, json.dumps(result.__dict__).encode() + b"\n")

    try:
        ground = prepare(box.walls.tier)
        if box.walls.tier.apart and (pid := ground.fork()):
            os.close(send)
            os._exit(abs(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
        os.chdir(box.found.own)
        box.raise_them(_of(box.walls, ground))
    except Exception as error:
        what = "" if isinstance(error, WallError) else f"{type(error).__name__}: "
        tell(AttemptResult(RAISING, "allowed", "failed", False, f"{what}{error}"))
        return
    for check in every:
        outcome, detail = _try(check, box)
        tell(AttemptResult(check.name + box.note, check.expected, outcome, outcome == check.expected, detail))


def _of(walls: Walls, ground: Ground) -> Walls:
    return Walls(**{**walls.__dict__, "user": ground.user})


def _try(check: Check, box: _Box) -> tuple[str, str]:
    refusals = _REFUSALS | _ABSENCES if box.walls.tier.apart else _REFUSALS
    try:
        result = check.act(box.found)
    except MemoryError:
        return "denied", "MemoryError"
    except OSError as error:
        detail = f"{type(error).__name__}: {error}"
        if error.errno in refusals:
            return "denied", detail
        # The walls answer first: any other error means that the attempt got past them.
        return ("allowed" if check.expected == "denied" else "failed"), detail
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"
    return "allowed", "" if result is None else str(result)[:80]
