"""Probes may be a package: seen on a small course, graded at home, behind the walls and in a student's bundle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import command, course_of, needs_walls, student_pytest

from grader.course import Course
from grader.records.fingerprint import suite_sha256

UNIT = "01_doubling"
TOML = """
title = "Doubling"
module = "doubling"
forbidden = ["torch.*logsumexp*"]
[functions.double]
"""
KEY = '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION
'''
SHORTCUT = "def double(x):\n    return x + x + 0 * x.logsumexp(-1)\n"
PACKAGE = {
    "__init__.py": "from .shapes import doubled\n",
    "shapes.py": (
        "from .deeper.common import ask\n\n\n"
        "def doubled(module, x):\n    return [ask(module, x), x.logsumexp(-1)]  # a probe may\n"
    ),
    "deeper/__init__.py": "",
    "deeper/common.py": "def ask(module, x):\n    return module.double(x)\n",
}
TESTS = '''
import torch
from grader.suite import assert_close, points

@points(1, function="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    x = torch.tensor([1.0, 2.0])
    assert_close(student.run("doubled", x)[0], 2 * x)
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    files = {f"tests/{UNIT}/probes/{name}": text for name, text in PACKAGE.items()}
    files |= {f"tests/{UNIT}/unit.toml": TOML, f"tests/{UNIT}/test_doubling.py": TESTS}
    files |= {f"reference/{UNIT}/doubling.py": KEY, "shortcut/doubling.py": SHORTCUT}
    return course_of(root, files)


def test_at_home(course: Path) -> None:
    done = student_pytest("--submission", "reference", f"tests/{UNIT}", cwd=course)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    done = student_pytest("--submission", "shortcut/doubling.py", f"tests/{UNIT}", cwd=course)
    assert "logsumexp does the work of this unit" in done.stdout, done.stdout + done.stderr


@needs_walls
def test_behind_the_walls(course: Path, secret: Path) -> None:
    for module, outcome in ((f"reference/{UNIT}/doubling.py", "pass"), ("shortcut/doubling.py", "forbidden")):
        done = command("grade", module, "--unit", UNIT, "--json", "--secret", secret, cwd=course)
        assert [t["outcome"] for t in json.loads(done.stdout)["tests"]] == [outcome], (
            done.stdout + done.stderr
        )


def test_in_a_bundle(course: Path) -> None:
    bundle = course.with_name("bundle")
    old = course / "tests" / UNIT / "probes.py"
    (course / "tests" / UNIT / "probes").rename(course / "aside")
    old.write_text("")
    assert command("release", "--no-notebooks", bundle, cwd=course).returncode == 0
    old.unlink()
    (course / "aside").rename(course / "tests" / UNIT / "probes")
    done = command("release", "--no-notebooks", bundle, cwd=course)
    assert done.returncode == 0, done.stderr
    released = bundle / "tests" / UNIT
    assert not (released / "probes.py").exists()
    files = [f for f in (released / "probes").rglob("*") if f.is_file()]
    assert {f.relative_to(released / "probes").as_posix(): f.read_text() for f in files} == PACKAGE
    (bundle / "assignments" / UNIT / "doubling.py").write_text(KEY)
    done = student_pytest(cwd=bundle)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_suites_hash_follows_each_file(course: Path) -> None:
    unit = Course(course).units[UNIT]
    hashes = [suite_sha256.__wrapped__(unit)]
    for name in PACKAGE:
        with (unit.probes.parent / name).open("a") as file:
            file.write("changed = True\n")
        hashes.append(suite_sha256.__wrapped__(unit))
    assert len(set(hashes)) == 1 + len(PACKAGE)
