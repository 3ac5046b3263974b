"""A fork of the warm judge, in which one submission is graded."""

from __future__ import annotations

import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from grader.box.boxed import WalledBox
from grader.box.walls.process import die_with_parent
from grader.course import Unit
from grader.endings import BoxFault
from grader.judge.submission import grade
from grader.judge.telling import Teller
from grader.records.record import as_plain
from grader.suite.plugin.stash import ASKED_SUBMITTER
from grader.suite.tape.taped import Tape

_MEMORY = 4 << 30  # bytes on top of what is mapped at the fork


def grade_in_fork(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    unit: Unit,
    make_box: Callable[[Callable[[], None]], WalledBox],
    secret: bytes,
    tape: Tape | None,
    job: dict[str, Any],
    write: int,
) -> NoReturn:
    """Grade the job in this process, tell of it through the descriptor `write`, and end the process.

    make_box: makes the box of the submission; it is given what to call when the walls are up
    secret:   base of the seeds, unless the job has its own
    tape:     examples that were recorded under `secret`
    """
    teller = Teller(open(write, "wb"))  # noqa: SIM115 - it ends with the process
    own = bytes.fromhex(job["secret"]) if "secret" in job else secret
    try:
        die_with_parent(os.getppid())
        _limit_memory()
        _limit_cpu(2 * unit.limits.submission_cpu_seconds)
        for fd in (1, 2):
            os.dup2(0, fd)  # hypothesis prints what it found; the record has it
        box = make_box(teller.walls_are_up)
        config.stash[ASKED_SUBMITTER] = False  # of this job: the warm-up may have asked
        before = time.process_time()
        tests = grade(
            config,
            items,
            unit,
            box,
            own,
            submitter=job.get("student", ""),
            shrink=job.get("shrink", True),
            quick=job.get("quick", False),
            stop_on=job.get("stop_on", ()),
            tape=tape if tape and tape.secret == own else None,
            tell=teller.result,
        )
        answer = {
            **_results(as_plain(tests), killed=box.was_killed),
            "cpu": time.process_time() - before + box.cpu_seconds,
            "asked_submitter": config.stash[ASKED_SUBMITTER],
        }
    except BoxFault as fault:
        answer = {"fault": str(fault)}
    except BaseException:
        answer = {"fault": traceback.format_exc(limit=-6)}
    try:
        teller.answer(answer)
    finally:
        os._exit(0)


def _results(tests: list[Any], *, killed: bool) -> dict[str, Any]:
    """Return the results; after a SIGKILL, a fault with what to settle for: the machine may have sent it."""
    if not killed:
        return {"tests": tests}
    return {"fault": "a process of the submission was killed by SIGKILL", "fallback": tests}


def _limit_memory() -> None:
    """Keep computing with large values, which a submission may return, from taking the machine down."""
    import resource

    if sys.platform != "linux":
        return
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (mapped + _MEMORY, mapped + _MEMORY))


def _limit_cpu(seconds: float) -> None:
    """Keep one message, which may take for ever to read, from taking it. Between messages the account looks."""
    import resource

    if sys.platform != "linux":
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = math.ceil(time.process_time() + seconds)
    if hard != resource.RLIM_INFINITY:  # never ask for more than an administrator left us
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))  # SIGXCPU tells why it died
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
