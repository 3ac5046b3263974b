"""What a submission writes: into a folder of its own, as at home, limited, and gone with its box."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support import ROOT, Record, needs_walls, records_in
from support.small_course import RIGHT, write_course

from grader import endings
from grader.box import scratch

pytestmark = needs_walls

WRITES = {
    "log": "open('log.txt', 'a').write('x')",
    "folders": "import os; os.makedirs('runs/a', exist_ok=True); open('runs/a/1', 'w').close()",
    "moved": "import shutil; open('a', 'w').close(); os.makedirs('b', exist_ok=True); shutil.move('a', 'b/a')",
    "copied": "import shutil; open('a', 'w').close(); shutil.copy('a', 'b')",
    "touched": "import pathlib; pathlib.Path('a').touch(); assert pathlib.Path('a').exists()",
    "temporary": "import tempfile; tempfile.TemporaryDirectory().cleanup(); tempfile.NamedTemporaryFile().write(b'a')",
    "beside": "import pathlib; pathlib.Path(__file__).with_name('cache.txt').write_text('a')",
    "home": "import pathlib; pathlib.Path.home().joinpath('.course').write_text('a')",
    "logging": "import logging; logging.basicConfig(filename='a.log', force=True); logging.warning('a')",
    "checkpoint": "import torch; torch.save(torch.ones(2), 'model.pt'); torch.load('model.pt')",
    "database": "import sqlite3; sqlite3.connect('a.db').execute('create table if not exists t(x)')",
    "shelf": "import shelve; shelve.open('s').close()",
}
FILLS = "for i in range(1000):\n        open(str(i), 'wb').write(os.urandom(32 << 20))"


def graded(folder: Path, works: dict[str, str]) -> dict[str, Record]:
    """Return the records of a class, by student."""
    course = write_course(folder, works)
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "class", "--out", "out", "--secret", "secret"],
        cwd=course,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return records_in(course / "out")


def failures(record: Record) -> list[str]:
    """Return the messages of the tests that it did not pass."""
    return [test["message"] for test in record["tests"] if test["outcome"] != "pass"]


def at_top(line: str) -> str:
    return f"import os\n{line}\n{RIGHT}"


def within(lines: str) -> str:
    return (
        f"import os\n\ndef double(x):\n    {lines}\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n"
    )


def test_what_writes_files_has_all_points(tmp_path: Path) -> None:
    works = {f"{name}-top": at_top(line) for name, line in WRITES.items()}
    works |= {f"{name}-within": within(line) for name, line in WRITES.items()}
    records = graded(tmp_path, works)
    assert {student: failures(record) for student, record in records.items()} == {name: [] for name in works}
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("grader-")] == []


def test_nothing_is_found_of_what_another_box_wrote(tmp_path: Path) -> None:
    first = at_top("assert not os.path.exists('left'); open('left', 'w').close()")
    records = graded(tmp_path, {"ann": first, "ben": f"{first}\n# Ben's", "cem": f"{first}\n# Cem's"})
    assert [failures(record) for record in records.values()] == [[], [], []]


def test_paths_of_the_box_are_not_told(tmp_path: Path) -> None:
    raising = "raise KeyError([os.getcwd() + '/a.csv', os.getcwd(), tempfile.gettempdir(), os.path.expanduser('~')])"
    works = {"ann": within(raising), "ben": at_top(raising)}
    records = graded(tmp_path, {student: f"import tempfile\n{work}" for student, work in works.items()})
    for record in records.values():
        assert "['a.csv', '.', '/tmp', '~']" in failures(record)[0]


def test_where_a_submission_may_not_write_it_is_told_where_it_may(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    (record,) = graded(tmp_path, {"ann": within(f"open({str(outside)!r}, 'w')")}).values()
    message = failures(record)[0]
    assert "Permission denied" in message or "Read-only" in message  # at T1, and from T2 on
    assert "working directory" in message
    assert not outside.exists()


def test_who_fills_the_disk_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    (record,) = graded(tmp_path, {"ann": within(FILLS)}).values()
    assert any("more than 256 MB" in message for message in failures(record)), failures(record)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("grader-")] == []


def a_long_way_down(top: Path, name: str, depth: int) -> None:
    at = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)


def test_many_files_and_deep_folders_are_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_ENTRIES", 100)
    monkeypatch.setattr(scratch, "_LOOK_EVERY", 0)
    few, many, deep = (scratch.Scratch(tmp_path) for _ in range(3))
    for number in range(101):
        (many.path / str(number)).mkdir()
    a_long_way_down(deep.path, "d" * 200, 30)  # longer than the longest path
    few.look(os.getpid())
    for full in (many, deep):
        with pytest.raises(endings.Crashed, match="more than 100 files and folders"):
            full.look(os.getpid())
        full.remove()
        assert not full.path.exists()


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_files_without_a_name_count(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(scratch, "_LOOK_EVERY", 0)
    folder = scratch.Scratch(tmp_path)
    folder.look(os.getpid())
    fd = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY) if where == "disk" else os.memfd_create("a")
    with os.fdopen(fd, "wb") as file:
        (tmp_path / "a").unlink(missing_ok=True)
        file.write(bytes(2 << 20))
        file.flush()
        with pytest.raises(endings.Crashed, match="MB into files"):
            folder.look(os.getpid())
    folder.look(os.getpid())


def test_what_takes_no_time_to_write_is_refused(tmp_path: Path) -> None:
    """A look a few times a second would come too late for gigabytes at once."""
    allocates = "import os; f = open('a', 'wb'); os.posix_fallocate(f.fileno(), 0, 1 << 20)"
    (record,) = graded(tmp_path, {"ann": within(allocates)}).values()
    assert "Operation not permitted" in failures(record)[0]


def test_a_file_may_not_grow_for_ever(tmp_path: Path) -> None:
    (record,) = graded(tmp_path, {"ann": within("open('a', 'wb').write(bytes(65 << 20))")}).values()
    assert "File too large" in failures(record)[0]


def test_folders_of_judges_that_were_killed_are_removed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary := tmp_path / "tmp").mkdir()
    (others := tmp_path / "others").mkdir(0o500)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    left, young, link, file = (
        temporary / f"grader-boxes-{name}" for name in ("left", "young", "link", "file")
    )
    (deep := left / "box").mkdir(parents=True)
    deep.chmod(0)
    young.mkdir()
    link.symlink_to(others)
    file.touch()
    with scratch.folder_of_boxes() as at_work:
        for old in (left, at_work, file):
            os.utime(old, (1, 1))
        with scratch.folder_of_boxes() as folder:
            assert {p.name for p in temporary.iterdir()} == {
                p.name for p in (young, link, file, at_work, folder)
            }
    assert {p.name for p in temporary.iterdir()} == {p.name for p in (young, link, file)}
    assert others.stat().st_mode & 0o777 == 0o500


def test_a_folder_too_deep_for_python_is_removed(tmp_path: Path) -> None:
    (top := tmp_path / "top").mkdir()
    a_long_way_down(top, "d", 1500)
    scratch.remove(top)
    assert not top.exists()


DENIED = {
    "a_process": ("import subprocess; subprocess.run(['ls'])", "starts no processes and opens no sockets"),
    "a_loop": ("import asyncio; asyncio.new_event_loop()", "starts no processes and opens no sockets"),
    "the_kit": ("import grader.suite", "leave out what comes from grader"),
    "data": (
        "import pathlib; pathlib.Path(__file__).with_name('w.json').read_text()",
        "only Python files that can be imported are there",
    ),
    "own_machine": ("open('/home/ann/w.json')", "No such file or directory"),
}


def test_what_is_there_at_home_alone_is_told_as_what_it_is(tmp_path: Path) -> None:
    """None of these is told that it may not write somewhere, and a file elsewhere is not told of files beside it."""
    records = graded(tmp_path, {name: at_top(line) for name, (line, _) in DENIED.items()})
    for name, (_, told) in DENIED.items():
        message = failures(records[name])[0]
        assert told in message, message
        assert "tempfile" not in message, message
    assert "beside the module" not in failures(records["own_machine"])[0]
