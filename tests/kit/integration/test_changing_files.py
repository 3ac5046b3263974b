"""Files that change while a class is graded: each submission is graded and recorded as it was when it was read."""

from __future__ import annotations

import shutil
from pathlib import Path

from support import records_in, started
from support.small_course import RIGHT, UNIT, WRONG
from support.waiting_class import WaitingClass

from grader.intake.submission.submission import Submission

HELPED = "from helper import twice\n\ndef double(x):\n    return twice(x)\n"
HELPER = "def twice(x):\n    return 2 * x\n"


def digest(*files: Path) -> str:
    return Submission("", UNIT, files[0], files).sha256()


def test_what_is_edited_or_deleted_meanwhile(tmp_path: Path) -> None:
    students = {"bob": RIGHT, "cyd": RIGHT, "dan": HELPED, "eve": RIGHT, "fay": RIGHT, "zoe": HELPED}
    waiting = WaitingClass(tmp_path, students)
    for student in ("dan", "zoe"):
        waiting.module(student).with_name("helper.py").write_text(HELPER)
    grading = waiting.grading()
    copies = [p.parent.parent.name for p in waiting.scratch.glob("grader-*/*/*/doubling.py")]
    before = digest(waiting.module("ann"))
    waiting.module("ann").write_text(WRONG)
    waiting.module("bob").write_text(WRONG)
    shutil.rmtree(waiting.module("cyd").parent)
    waiting.module("dan").with_name("helper.py").unlink()
    waiting.module("eve").unlink()
    waiting.module("eve").mkdir()
    waiting.module("fay").unlink()
    said = waiting.finish(grading)
    records = records_in(waiting.course / "out")
    assert grading.returncode == 1, said
    assert {n: r["status"] for n, r in records.items()} == {
        **dict.fromkeys(("ann", "bob", "zoe"), "graded"),
        **dict.fromkeys(("cyd", "dan", "eve", "fay"), "not_run"),
    }
    assert records["ann"]["submission"]["sha256"] == before
    assert records["ann"]["score"]["robust"]["earned"] == 3, "ann was graded before the edit"
    assert records["bob"]["submission"]["sha256"] == digest(waiting.module("bob"))
    assert records["bob"]["score"]["robust"]["earned"] == 0, "bob was graded after the edit"
    for student in ("cyd", "fay"):
        assert records[student]["fault"] == "doubling.py can't be read: No such file or directory."
    assert records["dan"]["fault"] == "helper.py can't be read: No such file or directory."
    assert records["eve"]["fault"] == "doubling.py can't be read: it is a folder, not a plain file."
    assert said.count("NOT GRADED") == 4
    assert len(copies) == 1, "one job at a time: one copy on the disk"
    assert not list(waiting.scratch.glob("grader-*"))
    again = started(
        *("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0"), cwd=waiting.course
    )
    output, errors = again.communicate()
    # ann's and dan's new files; eve and fay have none
    assert "4 graded: 2 now" in output, output + errors


def test_what_is_edited_while_it_is_regraded_is_not_compared(tmp_path: Path) -> None:
    waiting = WaitingClass(tmp_path, {"bob": RIGHT, "cyd": RIGHT})
    waiting.finish(waiting.grading())
    before = records_in(waiting.course / "out")
    suite = waiting.course / "tests" / UNIT / "test_doubling.py"
    suite.write_text(suite.read_text() + "\nMENDED = True\n")
    (waiting.course / "out" / "regrade" / "log.jsonl").mkdir(parents=True)  # a log that can't be written
    grading = waiting.grading("regrade", "--apply")
    waiting.module("bob").write_text(WRONG)
    said = waiting.finish(grading)
    assert grading.returncode == 0, said
    assert "1 not graded again, it was handed in anew since: `grader grade` grades that: bob" in said
    assert "2 records replaced" in said
    after = records_in(waiting.course / "out")
    changed = {n for n in after if after[n]["suite_sha256"] != before[n]["suite_sha256"]}
    assert changed == {"ann", "cyd"}
