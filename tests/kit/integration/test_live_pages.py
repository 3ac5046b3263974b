"""The pages of a class are there while it is graded, and don't say so for ever, however the run ends."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support import command, records_in
from support.small_course import RIGHT, WRONG
from support.waiting_class import WaitingClass
from warm.popen import all_anew

pytest.importorskip("jinja2")

BEGINS = "Report, while the class is graded: "
RELOAD = 'http-equiv="refresh"'


def waiting_class(tmp_path: Path) -> WaitingClass:
    """Abe is graded, then ann's module waits, and bob comes last."""
    return WaitingClass(tmp_path, {"abe": WRONG, "bob": RIGHT})


def report(waiting: WaitingClass) -> Path:
    return waiting.course / "out" / "report"


def page_with(text: str, waiting: WaitingClass, grading: subprocess.Popen[str]) -> str:
    """Return the index once it says that: a page comes some seconds after the record."""
    deadline = time.monotonic() + 120
    index = report(waiting) / "index.html"
    while not (index.exists() and text in index.read_text(encoding="utf-8")):
        assert grading.poll() is None, grading.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return index.read_text(encoding="utf-8")


def test_pages_come_with_the_records_and_load_themselves_until_all_are_there(tmp_path: Path) -> None:
    waiting = waiting_class(tmp_path)
    grading = waiting.grading()
    page = page_with("Being graded: 1 of 3", waiting, grading)
    assert RELOAD in page and "abe" in page and "bob" not in page
    assert [p.name for p in (report(waiting) / "students").iterdir()] == ["abe.html"]
    waiting.let_go()
    said, errors = grading.communicate(timeout=200)
    assert grading.returncode == 0, errors
    final = (report(waiting) / "index.html").read_text(encoding="utf-8")
    assert RELOAD not in final and "Being graded" not in final and "run.html" not in final
    assert all(name in final for name in ("abe", "ann", "bob")) and "The last run took" in final
    assert len(list((report(waiting) / "students").iterdir())) == 3
    # In a pipe there is no bar, and nothing besides the address.
    assert [line for line in errors.splitlines() if not line.startswith("Tier T0")] == [
        BEGINS + (report(waiting) / "index.html").resolve().as_uri()
    ]
    assert said.splitlines()[-1] == "Report: out/report/index.html"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_says_that_it_has_ended_and_goes_on_later(
    sent: signal.Signals, tmp_path: Path
) -> None:
    waiting = waiting_class(tmp_path)
    grading = waiting.grading()
    # SIGINT may come before a page has the first record: the last page has it all the same.
    page_with("Being graded: " if sent is signal.SIGINT else "Being graded: 1 of 3", waiting, grading)
    grading.send_signal(sent)
    _, errors = grading.communicate(timeout=200)
    assert grading.returncode == 130 and "what is graded is kept" in errors, errors
    page = (report(waiting) / "index.html").read_text(encoding="utf-8")
    assert RELOAD not in page and "Being graded" not in page
    assert "Not finished: the run ended" in page and "after 1 of 3" in page
    assert "abe" in page and (report(waiting) / "students" / "abe.html").exists()
    waiting.finish(waiting.grading())
    final = (report(waiting) / "index.html").read_text(encoding="utf-8")
    assert "Not finished" not in final and "bob" in final
    assert len(records_in(waiting.course / "out")) == 3


def test_ctrl_c_reaches_the_command_alone(tmp_path: Path) -> None:
    """A terminal sends it to the whole group of processes; those behind the command have nothing to say about it."""
    waiting = waiting_class(tmp_path)
    with all_anew():  # which group a fork is in would not say
        grading = waiting.grading(anew=True)
    page_with("Being graded: ", waiting, grading)
    os.killpg(grading.pid, signal.SIGINT)
    _, errors = grading.communicate(timeout=200)
    assert grading.returncode == 130 and "what is graded is kept" in errors
    assert "Traceback" not in errors and "KeyboardInterrupt" not in errors, errors


def test_final_pages_that_cannot_be_written_leave_none_that_says_it_goes_on(tmp_path: Path) -> None:
    waiting = waiting_class(tmp_path)
    grading = waiting.grading()
    page_with("Being graded: 1 of 3", waiting, grading)
    (waiting.course / "out" / "rubrics.json").write_text("{")
    said = waiting.finish(grading)
    assert grading.returncode == 0 and "rubrics.json can't be read" in said
    page = (report(waiting) / "index.html").read_text(encoding="utf-8")
    assert RELOAD not in page and "after 3 of 3" in page and "grader report" in page


def test_a_run_that_may_not_write_there_leaves_the_pages_of_the_other(tmp_path: Path) -> None:
    waiting = waiting_class(tmp_path)
    index = report(waiting) / "index.html"
    index.parent.mkdir(parents=True)
    index.write_text(f"<meta {RELOAD}>\n")
    with (waiting.course / "out" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = command(
            *("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0"), cwd=waiting.course
        )
    assert done.returncode == 2 and "another `grader grade`" in done.stderr
    assert BEGINS not in done.stderr
    assert index.read_text() == f"<meta {RELOAD}>\n"
    assert not (waiting.course / "out" / "summary.json").exists()
