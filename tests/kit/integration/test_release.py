"""The students' bundle: works by itself, holds no answers, and never overwrites a student's work."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, UNIT, command

from grader.course import Course
from grader.course.stubs import generate_stub

UNITS = Course(ROOT).units


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "bundle"
    done = command("release", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_committed_stubs_and_pictures_are_as_derived() -> None:
    assert command("derive", "--check").returncode == 0


def test_a_picture_in_a_handout_follows_the_answer_key(tmp_path: Path) -> None:
    unit = "09_callbacks"
    for tree in ("assignments", "reference", "tests"):
        shutil.copytree(ROOT / tree / unit, tmp_path / tree / unit)
    for page in (f"keys/{unit}.py", f"promises/{unit}.md"):
        (copy := tmp_path / "docs" / page).parent.mkdir(parents=True)
        shutil.copy(ROOT / "docs" / page, copy)
    assert command("derive", "--check", cwd=tmp_path).returncode == 0

    key = tmp_path / "reference" / unit / "callbacks.py"
    text = key.read_text(encoding="utf-8")
    loop = 'self.opt.step()\n        self("after_step")\n        self.opt.zero_grad()\n'
    assert loop in text
    other = 'self.opt.step()\n        self.opt.zero_grad()\n        self("after_step")\n'
    key.write_text(text.replace(loop, other), encoding="utf-8")
    checked = command("derive", "--check", cwd=tmp_path)
    assert checked.returncode == 1 and "README.md is not what would be generated" in checked.stdout

    assert command("derive", cwd=tmp_path).returncode == 0
    handout = (tmp_path / "assignments" / unit / "README.md").read_text(encoding="utf-8")
    assert handout.index("opt.step()") < handout.index("opt.zero_grad()") < handout.index(" after_step\n")
    assert command("derive", "--check", cwd=tmp_path).returncode == 0


def test_no_answers_and_nothing_hidden(bundle: Path) -> None:
    names = [p.relative_to(bundle).as_posix() for p in bundle.rglob("*")]
    for forbidden in (
        "reference",
        "wheats",
        "chaffs",
        "test_hidden",
        "lesson.py",
        "tests/kit",
        "grader/authoring",
        "grader/outputs",
        "misbehaving",
        ".grader/",
    ):
        assert not [n for n in names if forbidden in n], forbidden


@pytest.mark.parametrize("unit", UNITS)
def test_no_line_of_a_solution_is_in_any_file(bundle: Path, unit: str) -> None:
    key = UNITS[unit].reference.read_text(encoding="utf-8")
    regions = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", key, re.DOTALL)
    outside = re.sub(r"# BEGIN SOLUTION\n.*?# END SOLUTION", "", key, flags=re.DOTALL)
    assert len(regions) >= len(UNITS[unit].functions)
    lines = {line.strip() for r in regions for line in r.splitlines() if len(line.strip()) > 30}
    text = (bundle / "assignments" / unit / f"{UNITS[unit].module}.py").read_text(encoding="utf-8")
    assert [line for line in lines if line in text and line not in outside] == []
    for notebook in (bundle / "assignments" / unit).glob("*.ipynb"):  # there where nbgrader is installed
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        text_of_cells = "\n".join("".join(cell["source"]) for cell in cells)
        assert [line for line in lines if line in text_of_cells and line not in outside] == []
    for name in UNITS[unit].functions:
        assert re.search(rf'raise NotImplementedError\("{name}["\.]', text)


def test_a_stub_says_that_it_is_derived_and_compiles() -> None:
    for unit in UNITS.values():
        stub = generate_stub(unit)
        assert stub.startswith("# Generated from the course: the stub of unit ")
        compile(stub, unit.name, "exec")


def test_the_total_at_home_is_the_official_one(bundle: Path, secret: Path) -> None:
    home = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", UNIT], cwd=bundle, capture_output=True, text=True
    )
    possible = int(re.search(r"0 of (\d+) points", home.stdout)[1])  # type: ignore[index]
    stub = ROOT / "assignments" / UNIT / "softmax.py"
    done = command("grade", stub, "--unit", UNIT, "--json", "--secret", secret, "--tier", "T0")
    score = json.loads(done.stdout)["score"]
    assert score["core"]["possible"] + score["robust"]["possible"] == possible
    assert score["core"]["earned"] == 0


def test_a_worked_on_stub_is_kept_and_an_untouched_one_renewed(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    assert command("release", "--no-notebooks", folder).returncode == 0
    mine = folder / "assignments" / UNIT / "softmax.py"
    mine.write_text("# my work\n")
    other = folder / "tests" / UNIT / "unit.toml"
    other.write_text("broken")
    done = command("release", "--no-notebooks", folder)
    assert done.returncode == 0
    assert "kept" in done.stdout
    assert mine.read_text() == "# my work\n"
    assert other.read_text() == (ROOT / "tests" / UNIT / "unit.toml").read_text()


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    done = command("release", "--no-notebooks", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_folder_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = command("release", "--no-notebooks", tmp_path / "file" / "bundle")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "could not be written: Not a directory" in done.stderr
