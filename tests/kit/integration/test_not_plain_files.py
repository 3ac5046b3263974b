"""A pipe, a device, a folder or a link to nowhere in the place of a file is a finding, and nobody waits for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT
from support.small_course import RIGHT, UNIT, write_course

from grader.plain_files import open_plain, read_plain


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(file.parent)  # its path may have few letters
        try:
            one.bind(file.name)
        finally:
            os.chdir(here)


def a_link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.parent / "a-pipe")
    file.symlink_to("a-pipe")


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": a_socket,
    "device": lambda file: file.symlink_to("/dev/zero"),
    "folder": Path.mkdir,
    "link_to_nowhere": lambda file: file.symlink_to("nowhere"),
    "link_in_a_circle": lambda file: file.symlink_to(file.name),
    "link_to_a_pipe": a_link_to_a_pipe,
}
FEW = {name: KINDS[name] for name in ("pipe", "device", "link_in_a_circle")}
some_kinds = pytest.mark.parametrize("make", FEW.values(), ids=FEW)
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


def grader(*arguments: object, cwd: Path, module: str = "grader") -> subprocess.CompletedProcess[str]:
    """`grader ...`, or pytest, which once waited for ever."""
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@every_kind
def test_only_a_plain_file_is_opened(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "file")
    with pytest.raises(OSError), open_plain(tmp_path / "file"):
        pass
    (tmp_path / "plain").write_bytes(b"text")
    assert read_plain(tmp_path / "plain") == b"text"


def test_in_a_class_each_is_a_finding_and_the_others_go_on(tmp_path: Path) -> None:
    names = ("doubling.zip", "doubling.py", "doubling.ipynb")
    kinds = {kind.replace("_", ""): make for kind, make in KINDS.items()}
    students = ("ann", "zoe", *(f"ben-{kind}" for kind in kinds))
    course = write_course(tmp_path, dict.fromkeys(students, RIGHT))
    wanted = set()
    for kind, make in kinds.items():
        for name in names:
            (folder := course / "class" / f"eve-{name[9:]}-{kind}").mkdir()
            make(folder / name)
            wanted.add(folder.name)
        make(course / "class" / f"ben-{kind}" / "helper.py")
        make(course / "class" / f"lone-{kind}.zip")
        wanted.add(f"lone-{kind}.zip")
    for arguments in ((), ("--unit", UNIT), ("--match", r"(?P<student>[^/]+)/.*")):
        done = grader("grade", "class", "--dry-run", *arguments, cwd=course)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        found = [line.split()[0] for line in done.stdout.splitlines()]
        assert {"ann", "zoe"} <= set(found)
        assert not any(name.startswith(("eve", "lone")) for name in found), done.stdout
        if "--match" not in arguments:
            assert {name for name in wanted if name not in done.stderr} == set(), done.stderr


@some_kinds
@pytest.mark.parametrize("name", ["doubling.zip", "doubling.py", "doubling.ipynb"])
def test_alone_it_is_a_finding(make: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, {})
    (course / "one").mkdir()
    make(course / "one" / name)
    done = grader("grade", "one", "--dry-run", cwd=course)
    assert "Traceback" not in done.stderr
    assert done.stdout == "Nothing to grade.\n"
    assert done.stderr.strip()
    done = grader("grade", course / "one" / name, "--dry-run", cwd=course)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@every_kind
@pytest.mark.parametrize("option", ["--roster", "--secret"])
def test_named_by_the_instructor_it_is_said_in_a_sentence(
    make: Callable[[Path], None], option: str, tmp_path: Path
) -> None:
    course = write_course(tmp_path, {"ann": RIGHT})
    make(course / "named")
    if (course / "named").exists() and not (course / "named").is_symlink():
        (course / "named").chmod(0o600)
    done = grader("grade", "class", "--out", "out", option, "named", cwd=course)
    assert done.returncode == 2
    assert done.stderr.startswith("grader: ")
    assert "Traceback" not in done.stderr


@some_kinds
def test_so_is_the_record_of_a_replay(make: Callable[[Path], None], tmp_path: Path) -> None:
    course = write_course(tmp_path, {"ann": RIGHT})
    make(course / "named")
    done = grader("replay", "test_double", "--record", "named", cwd=course)
    assert done.returncode == 2
    assert done.stderr.startswith("grader: the record named can't be read: ")


@some_kinds
@pytest.mark.parametrize("name", ["doubling.py", "doubling.ipynb"])
def test_at_home_the_tests_end(make: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, {})
    (course / "assignments" / UNIT).mkdir(parents=True)
    make(course / "assignments" / UNIT / name)
    done = grader(f"tests/{UNIT}", "-q", "-p", "no:cacheprovider", cwd=course, module="pytest")
    assert done.returncode == 1
    assert "INTERNALERROR" not in done.stdout


def zip_of(file: Path, name: str, content: bytes, mode: int) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)


@pytest.mark.parametrize(
    ("content", "mode", "word"),
    [
        (b"/etc/passwd", 0o120777, "symbolic link"),
        (b"", 0o010644, "neither a file"),
        (bytes(201 << 20), 0o100644, "MB"),
    ],
    ids=["link", "pipe", "bomb"],
)
def test_a_zip_of_such_is_a_finding(content: bytes, mode: int, word: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, {"ann": RIGHT})
    (course / "class" / "eve").mkdir()
    zip_of(course / "class" / "eve" / "doubling.zip", "doubling.py", content, mode)
    done = grader("grade", "class", "--dry-run", cwd=course)
    assert done.returncode == 0
    assert done.stdout.startswith("ann")
    assert word in done.stderr and "eve/doubling.zip" in done.stderr
