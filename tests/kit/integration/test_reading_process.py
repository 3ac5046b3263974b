"""Whatever is read of one submission is read apart, within limits: it costs that submission alone, and is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, command, records_in, started, write_files
from support.notebooks import notebook, write
from support.small_course import RIGHT, UNIT, write_course

from grader.intake.apart import limits
from grader.intake.apart.client import HERE, apart, apart_for
from grader.intake.discovery import archives
from grader.intake.discovery.discover import Discovery, discover
from grader.intake.discovery.roster import Roster, RosterEntry
from grader.intake.errors import UnreadableError

STUB = "def double(x):\n    raise NotImplementedError\n"
ENDLESS = f"x = f'{'{1}' * 300_000}'"  # for Python's parser: its time grows with the square of the length


def in_words(function: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(UnreadableError) as raised:
        apart_for(1, function, *arguments)
    return str(raised.value)


def test_one_process_reads_for_all() -> None:
    first = apart(os.getpid)
    assert first != os.getpid()
    assert apart(os.getpid) == first


@pytest.mark.parametrize(
    ("function", "argument", "words"),
    [
        (eval, "exec('while True: pass')", "reading it takes more than"),
        (bytearray, limits.MEMORY + 1, "more than 1.5 GB of memory"),
        (os._exit, 3, "exit status 3"),
    ],
    ids=["time", "memory", "end"],
)
def test_what_ends_it_is_told_and_another_reads_on(
    function: Callable[..., Any], argument: Any, words: str
) -> None:
    first = apart(os.getpid)
    assert words in in_words(function, argument)
    assert apart(os.getpid) not in (first, os.getpid())


def test_any_exception_is_told_in_words() -> None:
    assert in_words(eval, "{}['cells']") == "KeyError: 'cells'"


def test_replies_bring_no_classes_of_others() -> None:
    with pytest.raises(Exception, match="does not belong into a reply"):
        apart(eval, "__import__('subprocess').Popen")
    assert apart(eval, "1") == 1


def zip_of(file: Path, entries: Mapping[str, str | bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)


def found_beside(root: Path, files: Mapping[str, str | bytes] = {}, **options: Any) -> Discovery:
    """Return what is found in a class of ann, zoe and eve, who has these files."""
    write_files(root / "class", {"ann/doubling.py": RIGHT, "zoe/doubling.py": RIGHT})
    write_files(root / "class" / "eve", files)
    return discover(root / "class", {UNIT: "doubling"}, workdir=root / "work", **options)


def who(found: Discovery) -> list[str]:
    return [s.student for s in found.submissions]


def told(found: Discovery) -> str:
    return "\n".join(f"{f.kind}: {f.text}" for f in found.findings)


def test_a_notebook_that_is_never_parsed_is_one_students(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    write(notebook(RIGHT, ENDLESS), tmp_path / "class" / "eve" / "doubling.ipynb")
    found = found_beside(tmp_path)
    assert who(found) == ["ann", "zoe"]
    assert "unreadable: eve/doubling.ipynb is not graded: " in told(found)
    assert "takes more than" in told(found)


def test_so_it_is_beside_a_stub_where_the_two_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    write(notebook(RIGHT, ENDLESS), tmp_path / "class" / "eve" / "doubling.ipynb")
    found = found_beside(tmp_path, {"doubling.py": STUB})
    assert who(found) == ["ann", "zoe"]
    assert "unreadable: eve could not be looked through: reading it takes more than" in told(found)


def test_a_pipe_called_homework_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "class" / "eve").mkdir(parents=True)
    os.mkfifo(tmp_path / "class" / "eve" / "homework.zip")
    found = found_beside(tmp_path)
    assert who(found) == ["ann", "zoe"]
    assert "it is a named pipe, not a plain file" in told(found)


def test_folders_in_a_zip_that_nobody_looks_into_are_not_made(tmp_path: Path) -> None:
    (tmp_path / "class" / "eve").mkdir(parents=True)
    deep = {f"{i}/{'a/' * 900}doubling.py": RIGHT for i in range(40)}  # 36 000 folders
    zip_of(tmp_path / "class" / "eve" / "hw.zip", {"doubling.py": RIGHT} | deep)
    assert who(found_beside(tmp_path)) == ["ann", "eve", "zoe"]
    assert sum(len(folders) for _, folders, _ in os.walk(tmp_path / "work")) < 10


def test_a_zip_of_too_many_folders_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HERE, "inside", True)
    monkeypatch.setattr(archives, "_MOST_FOLDERS", 20)
    (tmp_path / "class" / "eve").mkdir(parents=True)
    zip_of(tmp_path / "class" / "eve" / "hw.zip", {f"{i}/a/b/x.py": "" for i in range(10)})
    found = found_beside(tmp_path)
    assert who(found) == ["ann", "zoe"]
    assert "folders, more than 20" in told(found)


def test_the_zips_of_one_student_share_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HERE, "inside", True)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    for student in ("bob", "eve"):
        (tmp_path / "class" / student).mkdir(parents=True)
        for i in range(1 if student == "bob" else 4):
            zip_of(tmp_path / "class" / student / f"hw{i}.zip", {"doubling.py": "#" * 700})
    found = found_beside(tmp_path)
    size = sum(f.stat().st_size for f in (tmp_path / "work").rglob("*") if f.is_file())
    assert size == 2 * 700
    assert "bob" in who(found)
    assert told(found).count("unpacks to more than") == 3


def test_a_heap_of_zips_is_not_opened(tmp_path: Path) -> None:
    found = found_beside(tmp_path, {f"h{i}.zip": b"" for i in range(11)})
    assert who(found) == ["ann", "zoe"]
    assert "eve holds 11 zips: it is not clear which counts" in told(found)


def test_what_is_said_of_one_student_is_not_too_much(tmp_path: Path) -> None:
    strays = {f"data/d{i}/doubling.py": RIGHT for i in range(50)}
    found = found_beside(tmp_path, {f"{UNIT}/other.txt": "", "01_doubling.txt": ""} | strays, student="eve")
    assert 0 < len(found.findings) <= 11


def test_a_locked_folder_costs_nobody_else_a_grade(tmp_path: Path) -> None:
    course = write_course(tmp_path, {"ann": RIGHT, "beside": RIGHT, "eve": RIGHT, "zoe": RIGHT})
    (course / "class" / "beside" / "locked").mkdir(mode=0)
    (course / "class" / ".hidden").mkdir(mode=0)
    (course / "class" / "eve").chmod(0)
    arguments = [sys.executable, "-m", "grader", "grade", "class", "--dry-run"]
    if os.getuid() == 0:  # root reads everything, unless it gives that right up
        if not shutil.which("setpriv"):
            pytest.skip("no setpriv")
        rights = "-dac_override,-dac_read_search"
        arguments = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}", *arguments]
    done = subprocess.run(
        arguments, cwd=course, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ann", "beside", "zoe"]
    assert "unreadable: eve can't be read: permission denied" in done.stderr


ROSTER = Roster((RosterEntry("ann"), RosterEntry("eve"), RosterEntry("zoe")))


@pytest.mark.parametrize("owner", ["eve", "evil"])  # one is in the roster, one is not
def test_a_folder_that_holds_another_students_name_takes_nothing_from_them(
    owner: str, tmp_path: Path
) -> None:
    write_files(tmp_path / "class" / owner, {"ann/doubling.py": STUB, "zoe/doubling.py": STUB})
    found = found_beside(tmp_path, roster=ROSTER)
    modules = {s.student: s.module.relative_to(tmp_path / "class").as_posix() for s in found.submissions}
    assert {n: modules[n] for n in ("ann", "zoe")} == {n: f"{n}/doubling.py" for n in ("ann", "zoe")}


def test_so_it_is_with_a_zip_beside_a_zip(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    zip_of(tmp_path / "class" / "bob.zip", {"doubling.py": RIGHT})
    write_files(tmp_path / "class" / "evil", {"bob/doubling.py": STUB})
    roster = Roster((*ROSTER, RosterEntry("bob")))
    found = found_beside(tmp_path, roster=roster)
    assert who(found) == ["ann", "bob", "zoe"]
    assert "evil/bob/doubling.py seems to be bob's 01_doubling, too" in told(found)


def test_one_folder_for_two_places_is_still_not_decided(tmp_path: Path) -> None:
    write_files(tmp_path / "class", {"one/bob/doubling.py": RIGHT, "two/bob/doubling.py": STUB})
    found = found_beside(tmp_path, roster=Roster((*ROSTER, RosterEntry("bob"))))
    assert who(found) == ["ann", "zoe"]
    assert told(found).count("has handed in 01_doubling more than once") == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_submissions_are_read_leaves_no_copies(how: signal.Signals, tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", {"ann": RIGHT})
    write(notebook(RIGHT, ENDLESS), course / "class" / "eve" / "doubling.ipynb")
    zip_of(course / "class" / "dan.zip", {"doubling.py": RIGHT})
    (tmp_path / "tmp").mkdir()
    grading = started("grade", "class", "--dry-run", cwd=course, env={"TMPDIR": str(tmp_path / "tmp")})
    deadline = time.monotonic() + 120
    while not list((tmp_path / "tmp").glob("*/unpacked-*")):
        assert time.monotonic() < deadline and grading.poll() is None
        time.sleep(0.02)
    grading.send_signal(how)
    _, errors = grading.communicate(timeout=120)
    assert "grader: interrupted" in errors
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_class_with_all_of_these_is_graded(tmp_path: Path) -> None:
    course = write_course(tmp_path, {"ann": RIGHT, "zoe": RIGHT})
    rest = course / "class"
    write(notebook(RIGHT, "{[1, 2]: 3}"), rest / "bob" / "doubling.ipynb")
    write_files(rest, {"eve/doubling.py": b"\0" * 11_000_000})
    write_files(rest, {"fay/doubling.py": RIGHT, "fay/not\udce9.py": ""})
    (rest / "gus").mkdir()
    os.mkfifo(rest / "gus" / "homework.zip")
    zip_of(rest / "hal.zip", {"a/" * 900 + "x.py": "", "doubling.py": RIGHT})
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=course)
    assert done.returncode == 0, done.stderr
    scores = {name: r["score"]["core"]["earned"] for name, r in records_in(course / "out").items()}
    assert scores == dict.fromkeys(("ann", "bob", "fay", "hal", "zoe"), 2)
    assert "eve/doubling.py is not graded" in done.stderr
