"""A machine that stands still for a while is no fault of the submission's: real processes, really stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import UNIT, needs_walls, started
from support.families import ZYGOTE, family_of, processes_of
from support.sliced_course import write_slice

from grader.box.walls.selftest import best_tier

SLEEPER = """
import time


def logsumexp(x, dim=-1, keepdim=False):
    time.sleep(0.05)  # long enough for the machine to stop in the middle of it
    m = x.amax(dim, keepdim=True)
    total = m + (x - m).exp().sum(dim, keepdim=True).log()
    return total if keepdim else total.squeeze(dim)
"""


@pytest.fixture
def grading(tmp_path: Path, secret: Path) -> Iterator[subprocess.Popen[str]]:
    """A grading of a slow submission, where a test has 0.3 s of CPU time and so may wait for 3 s."""
    module = tmp_path / "softmax.py"
    module.write_text(SLEEPER)
    tests = ["test_log_of_sum_of_exp", "test_any_dim_and_keepdim"]
    course = write_slice(tmp_path / "course", tests, test_cpu_seconds=0.3)
    process = started("grade", module, "--unit", UNIT, "--json", "--secret", secret, cwd=course, anew=True)
    yield process
    process.kill()


def _wait_for_a_box(grading: subprocess.Popen[str]) -> list[int]:
    """The box, and all others of the family before it, from the moment on that there is one: a zygote's fork.

    From T2 on, the zygote itself is one, too, of the process that has entered its namespaces, and waits for it.
    """
    zygotes = 2 if best_tier().apart else 1
    while grading.poll() is None:
        family = family_of(grading.pid)
        boxes = processes_of(grading.pid, ZYGOTE)[zygotes:]
        if boxes:
            return [*(p for p in family if p != boxes[-1]), boxes[-1]]
        time.sleep(0.05)
    raise AssertionError(f"the grading ended before it could be stopped: {grading.communicate()}")


def _timeouts(grading: subprocess.Popen[str]) -> list[str]:
    out, err = grading.communicate(timeout=300)
    assert grading.returncode == 0, err
    tests = json.loads(out)["tests"]
    return [f"{t['id']}: {t['message']}" for t in tests if t["outcome"] == "timeout"]


@needs_walls
def test_time_in_which_the_judge_did_not_run_is_not_counted(grading: subprocess.Popen[str]) -> None:
    """Everything stands still for longer than a test may wait, again and again: no test times out."""
    for _ in range(3):
        family = _wait_for_a_box(grading)
        for process in family:
            os.kill(process, signal.SIGSTOP)
        time.sleep(3.5)
        for process in reversed(family):
            os.kill(process, signal.SIGCONT)
        time.sleep(0.4)
    assert _timeouts(grading) == []


@needs_walls
def test_a_timeout_that_does_not_happen_again_is_none(grading: subprocess.Popen[str]) -> None:
    """The box alone stands still, and is given up; a new one gets the test done."""
    _wait_for_a_box(grading)
    time.sleep(2)  # an import may wait for longer than a test
    box = _wait_for_a_box(grading)[-1]
    os.kill(box, signal.SIGSTOP)
    assert _timeouts(grading) == []
    assert not Path(f"/proc/{box}").exists()
