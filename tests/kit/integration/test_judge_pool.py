"""A warm judge is shared by gradings under the same conditions, and by those of fewer units; a zygote ends with it."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support import ROOT, tiers_of_this_machine
from support.small_course import RIGHT, UNIT, WRONG, write_course

from grader.classroom.conditions import GradingConditions
from grader.classroom.grade import grade_class
from grader.course import Course
from grader.intake.discovery.discover import discover
from grader.judge.pool import JudgePool


def test_one_judge_grades_one_class_after_another(tmp_path: Path) -> None:
    course = Course(write_course(tmp_path / "course", {"ann": RIGHT, "bob": WRONG}))
    conditions = GradingConditions(course, "T0", b"the secret of the kit's tests")
    found = discover(course.root / "class", {UNIT: "doubling"}, workdir=tmp_path / "unpacked")
    spec = conditions.judge_spec([UNIT])
    with JudgePool() as pool:
        warm = pool.idle_judge(spec)
        for number in range(2):
            run = grade_class(conditions, found.submissions, tmp_path / f"out{number}", judges=pool)
            assert [r.points("robust").earned for r in run.records] == [3, 0]
            assert pool.idle_judge(spec) is warm
        warm.submit("left", UNIT, found.submissions[0].module)
        assert not warm.idle, "a judge with a job that nobody waited for is not shared"


def test_a_judge_covers_fewer_units_under_the_same_conditions_alone(tmp_path: Path) -> None:
    conditions = GradingConditions(Course(tmp_path), "T1", b"one secret")
    both, one = conditions.judge_spec(["01_a", "02_b"]), conditions.judge_spec(["01_a"])
    assert both.covers(one) and not one.covers(both)
    for other in (replace(one, tier="T0"), replace(one, secret=b"another"), replace(one, hidden=False)):
        assert not both.covers(other)
    assert "one secret" not in repr(both) + repr(conditions)


@pytest.mark.parametrize("tier", tiers_of_this_machine())
def test_a_zygote_ends_in_silence_when_nobody_has_read_that_it_is_warm(tier: str) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = [sys.executable, "-P", "-m", "grader.box.zygote", str(theirs.fileno()), tier, "[]"]
    with subprocess.Popen(
        order, cwd=ROOT, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True
    ) as zygote:
        theirs.close()
        select.select([ours], [], [])
        ours.close()
        _, said = zygote.communicate(timeout=60)
    assert (zygote.returncode, said) == (0, "")
