"""What grading writes is its owner's alone, and no link that lies in its way is followed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from support import command, write_files
from support.small_course import RIGHT, UNIT, write_course

from grader.files import make_private, open_private, write_atomically
from grader.temporary import remove, temporary_folder

LOUD = 'def double(x):\n    raise ValueError("\\x1b[2J\\u202e ::error::x\\n::error::y\\x9b31m")\n'


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), {"ann": RIGHT, "loud": LOUD})
    write_files(course / "class", {"::error::pwn/doubling.py": RIGHT, "esc\x1b[31m/doubling.py": RIGHT})
    write_files(course / "class", {"::set-output x.py": RIGHT})
    before = os.umask(0o022)
    try:
        done = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=course)
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    write_files(course, {"stdout": done.stdout, "stderr": done.stderr})
    return course


def test_a_graded_class_is_its_owners(course: Path) -> None:
    assert mode(course / "out") == 0o700
    files = [f for f in (course / "out").rglob("*") if f.is_file()]
    assert {f.name for f in files} >= {
        "journal.jsonl",
        "log.jsonl",
        "summary.json",
        "index.html",
        f"{UNIT}.json",
    }
    assert {f: oct(mode(f)) for f in files if mode(f) != 0o600} == {}


def test_an_export_elsewhere_is_for_others(course: Path, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        for target in ((), ("--out", tmp_path / "grades.csv")):
            done = command("export", course / "out", "--to", "csv", *target, cwd=course)
            assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    assert mode(tmp_path / "grades.csv") == 0o644
    assert mode(course / "out" / "grades.csv") == 0o600


def test_no_text_of_a_student_moves_a_terminal_or_a_log(course: Path) -> None:
    printed = (course / "stdout").read_text() + (course / "stderr").read_text()
    printed += command("grade", "class", "--dry-run", cwd=course).stdout
    printed += command("report", "out", cwd=course).stderr
    lines = printed.splitlines()
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert r"\x3a:error::pwn" in printed
    assert "\x1b" not in printed and r"esc\x1b[31m" in printed


def test_records_and_what_is_printed_of_them_hold_no_controls(course: Path) -> None:
    one = command("grade", "class/loud", "--json", "--secret", "secret", "--tier", "T0", cwd=course)
    record = json.loads(one.stdout)
    message = record["tests"][0]["message"]
    assert message == "It raised ValueError: \\x1b[2J\\u202e ::error::x\n::error::y\\x9b31m"
    for text in (one.stdout, (course / "out" / "records" / "loud" / f"{UNIT}.json").read_text()):
        assert not {"\x1b", "\u202e", "\x9b"} & set(text)


def test_folders_that_were_there_are_left_as_somebody_has_chosen(tmp_path: Path) -> None:
    for name, before, files, after in (
        ("empty", 0o755, (), 0o700),
        ("earlier", 0o775, ("journal.jsonl",), 0o700),
        ("shared", 0o750, ("journal.jsonl",), 0o750),
        ("other", 0o755, ("notes.txt",), 0o755),
    ):
        write_files(tmp_path / name, dict.fromkeys(files, ""))
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name).chmod(before)
        make_private(tmp_path / name)
        assert mode(tmp_path / name) == after, name


def test_no_planted_link_is_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("record.json", "journal.jsonl"):
        (tmp_path / name).symlink_to(victim)
    write_atomically(tmp_path / "record.json", "theirs")
    assert not (tmp_path / "record.json").is_symlink()
    with pytest.raises(OSError):
        open_private(tmp_path / "journal.jsonl")
    assert victim.read_text() == "mine"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write_atomically(tmp_path / "folder", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def fill(folder: Path) -> None:
    """Make folders deeper than Python's recursion and than a path may be long, and one that is locked."""
    (folder / "locked" / "in").mkdir(parents=True)
    (folder / "locked").chmod(0)
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(3000):
            Path("a").mkdir()
            os.chdir("a")
    finally:
        os.chdir(here)


def test_a_temporary_folder_goes_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with temporary_folder("grader-test-") as folder:
        fill(folder)
    left = tmp_path / "grader-test-left"  # by a process that was killed
    fill(left)
    os.utime(left, (0, 0))
    with temporary_folder("grader-test-"):
        assert not left.exists()
    fill(tmp_path / "more")
    remove(tmp_path / "more")
    assert list(tmp_path.iterdir()) == []
