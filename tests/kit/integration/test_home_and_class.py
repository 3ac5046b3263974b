"""The same verdict at home as when a class is graded, whatever a module does to the process that it shares there."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command, needs_walls, records_in, student_pytest
from support.small_course import RIGHT, write_course

SKIPS = "import pytest; pytest.{}\n"
# what it does → (the module, its points of 5, what is said)
WORKS: dict[str, tuple[str | bytes, int, str]] = {
    "clears_the_path": (f"import sys; sys.path[:] = []\n{RIGHT}", 5, ""),
    "skips": (SKIPS.format("skip('later', allow_module_level=True)") + RIGHT, 0, "Skipped: later"),
    "needs_a_package": (
        SKIPS.format("importorskip('no_such_package')") + RIGHT,
        0,
        "No module named 'no_such",
    ),
    "fails": (SKIPS.format("fail('no')") + RIGHT, 0, "Failed: no"),
    "raises": (f"raise BaseException('no')\n{RIGHT}", 0, "BaseException: no"),
    "exits": (f"raise SystemExit(0)\n{RIGHT}", 0, "SystemExit: 0"),
    "utf_16": (RIGHT.encode("utf-16"), 0, "another encoding, such as UTF-16, or damaged. Save it as UTF-8"),
    "nulls": (f"{RIGHT}# \0\n", 0, "Save it as UTF-8"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), dict.fromkeys(WORKS, RIGHT))
    for name, (text, _, _) in WORKS.items():
        data = text if isinstance(text, bytes) else text.encode()
        (course / "class" / name / "doubling.py").write_bytes(data)
    return course


@pytest.mark.parametrize("name", WORKS)
def test_at_home(name: str, course: Path) -> None:
    _, points, told = WORKS[name]
    done = student_pytest("--submission", f"class/{name}", cwd=course)
    assert f"{points} of 5 points" in done.stdout, done.stdout + done.stderr
    assert told in done.stdout
    assert done.returncode == (points != 5)


@needs_walls
def test_as_a_class(course: Path) -> None:
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=course)
    assert done.returncode == 0, done.stderr
    records = records_in(course / "out")
    for name, (_, points, told) in WORKS.items():
        score = records[name]["score"]
        assert score["core"]["earned"] + score["robust"]["earned"] == points, name
        assert any(told in test["message"] for test in records[name]["tests"]), name


def test_points_of_a_run_that_ended_early_are_not_taken_for_the_total(course: Path) -> None:
    work = course / "class" / "half" / "doubling.py"
    work.parent.mkdir(exist_ok=True)
    said = "these points are not your total"
    work.write_text("def double(x):\n    if x < 0:\n        raise KeyboardInterrupt\n    return 2 * x\n")
    done = student_pytest("--submission", work, cwd=course)
    assert "2 of 2 points" in done.stdout and said in done.stdout, done.stdout
    work.write_text("def double(x):\n    return 3 * x\n")
    assert said in student_pytest("--submission", work, "-x", cwd=course).stdout
    assert said not in student_pytest("--submission", work, cwd=course).stdout
    last = student_pytest("--submission", work, "-x", "-k", "test_double", cwd=course)
    assert "0 of 2 points" in last.stdout and said not in last.stdout
