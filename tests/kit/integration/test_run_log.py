"""The log of a run tells what happened in it, a judge and a zygote that were killed included."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from support import events_in, records_in
from support.families import JUDGE, ZYGOTE, processes_of
from support.small_course import RIGHT, UNIT
from support.waiting_class import WaitingClass


@pytest.mark.parametrize(
    ("killed", "which", "tells"),
    [
        (JUDGE, 0, ["judge_died", "retried"]),
        (ZYGOTE, 0, ["retried", "zygote_died", "zygote_restarted"]),
        pytest.param(ZYGOTE, 1, ["retried"], id="a box"),
    ],
)
def test_what_is_killed_in_the_middle_is_in_the_log(
    killed: str, which: int, tells: list[str], tmp_path: Path
) -> None:
    waiting = WaitingClass(tmp_path, {"bob": RIGHT})
    grading = waiting.grading(anew=True)
    os.kill(processes_of(grading.pid, killed)[which], signal.SIGKILL)
    waiting.wait_for_ann(grading)  # it is tried again
    said = waiting.finish(grading)
    assert grading.returncode == 0, said
    records = records_in(waiting.course / "out")
    assert {n: r["score"]["robust"]["earned"] for n, r in records.items()} == {"ann": 3, "bob": 3}
    events = events_in(waiting.course / "out")
    assert [e["event"] for e in events] == ["run_started", *tells, "graded", "graded", "run_ended"]
    first, last = events[0], events[-1]
    assert first["submissions"] == 2 and first["conditions"]["tier"] == "T0" and "torch" in first["versions"]
    assert "the secret of the kit's tests" not in (waiting.course / "out" / "log.jsonl").read_text()
    retried = next(e for e in events if e["event"] == "retried")
    assert (retried["student"], retried["unit"], retried["attempt"]) == ("ann", UNIT, 1)
    assert retried["reason"]
    graded = {e["student"]: e for e in events if e["event"] == "graded"}
    assert (graded["ann"]["attempt"], graded["bob"]["attempt"]) == (2, 1)
    assert all(e["cpu"] > 0 and e["seconds"] > 0 for e in graded.values())
    assert (last["graded"], last["graded_before"], last["not_run"]) == (2, 0, 0)


def test_a_zygote_that_cannot_start_again_ends_the_run_with_the_reason(tmp_path: Path) -> None:
    """The file that it imports has become unreadable: no fault of a submission, and nothing that is tried for ever."""
    waiting = WaitingClass(tmp_path, {"bob": RIGHT})
    probes = waiting.course / "tests" / UNIT / "probes.py"
    probes.write_text("")
    grading = waiting.grading(anew=True)
    probes.write_text("raise RuntimeError('gone')")
    os.kill(processes_of(grading.pid, ZYGOTE)[0], signal.SIGKILL)
    waiting.let_go()
    _, said = grading.communicate(timeout=200)
    assert grading.returncode == 1, said
    assert "RuntimeError: gone" in said, "the zygote's own error"
    reason = "the suite could not be run: the zygote, which boxes are forked from, did not start"
    assert reason in said.splitlines()[-1], said
    records = records_in(waiting.course / "out")  # ann's box may have lived long enough to be done
    assert "bob" not in records or records["bob"]["status"] == "not_run"
    events = [e["event"] for e in events_in(waiting.course / "out")]
    assert events[0] == "run_started" and "judge_died" in events and events[-1] == "run_ended"
