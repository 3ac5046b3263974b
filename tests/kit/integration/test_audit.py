"""The audit tells a good suite from a bad one: seen on a small course with a unit made for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import ROOT, command, needs_walls

from grader.authoring.audit.variants import sample, variants_of
from grader.course import Course

pytestmark = needs_walls

TOML = """
title = "Doubling"
module = "doubling"
forbidden = ["torch.*logsumexp*"]
[functions.double]
returns = "tensor"
[functions.quadruple]
uses = ["double"]
returns = "tensor"
"""
KEY = '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION


def quadruple(x):
    """Four times x."""
    # BEGIN SOLUTION
    return double(double(x))
    # END SOLUTION
'''
TESTS = '''
import torch
from hypothesis import given
from grader.suite import assert_close, points
from grader.suite.strategies import tensors

@points(1, function="double", hint="twice")
@given(x=tensors(magnitude=10))
def test_double(student, x):
    """double(x) = 2x"""
    assert_close(student.double(x), 2 * x.double(), scale=20)

@points(1, function="quadruple", hint="twice twice")
@given(x=tensors(magnitude=10))
def test_quadruple(student, x):
    """quadruple(x) = 4x"""
    assert_close(student.quadruple(x), 4 * x.double(), scale=40)
'''
STUMBLING = '''
@points(1, function="double", hint="as many", beside="test_double")
def test_a_rather_quick_one(student):
    """Twice a pair is a pair"""
    a, b = student.double(torch.tensor([1.0, 2.0])).tolist()

@points(1, function="double", hint="as many", beside="test_double")
def test_a_slow_one(student):
    """Slowly"""
    import time
    time.sleep(0.5)
'''
FORBIDS = '''
@points(1, function="double", hint="a copy"{beside})
def test_left_alone(student):
    """Its input is left alone"""
    student.double(x := torch.ones(2))
    assert x.tolist() == [1, 1]
'''
ROBUST = '''
@points(1, function="double", band="robust", hint="integers stay integers")
def test_integers(student):
    """Twice an integer is one"""
    assert student.double(torch.tensor([1])).dtype == torch.int64
'''
WHEAT = '"""Multiplies."""\n\n\ndef double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return 4 * x\n'
CHAFF = '"""{title}\n\nroot: {root}\nband: core\nadvice: Think again.\n"""\nimport torch\n\n\n{code}\n'


def write_course(tmp_path: Path) -> Path:
    unit = tmp_path / "tests" / "01_doubling"
    (unit / "wheats").mkdir(parents=True)
    (unit / "chaffs").mkdir()
    (unit / "unit.toml").write_text(TOML)
    (unit / "test_doubling.py").write_text(TESTS)
    (unit / "wheats" / "multiplies.py").write_text(WHEAT)
    (unit / "lesson.py").write_text(WHEAT)
    key = tmp_path / "reference" / "01_doubling" / "doubling.py"
    key.parent.mkdir(parents=True)
    key.write_text(KEY)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    chaff(tmp_path, "squares", "double", "def double(x):\n    return x * x")
    return tmp_path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path)


def chaff(course: Path, name: str, root: str, code: str) -> None:
    file = course / "tests" / "01_doubling" / "chaffs" / f"{name}.py"
    file.write_text(CHAFF.format(title=f"It {name}.", root=root, code=code))


def audit(course: Path, *options: str) -> tuple[int, str, dict]:
    done = command("audit", "--seeds", "1", *options, "--out", course / "out", cwd=course)
    file = course / "out" / "01_doubling.json"
    return done.returncode, done.stdout + done.stderr, json.loads(file.read_text()) if file.exists() else {}


def test_a_unit_is_three_folders_and_its_audit_is_clean(course: Path) -> None:
    status, printed, result = audit(course, "--seeds", "2")
    assert status == 0, printed
    assert result["problems"] == []
    assert result["wheat_runs"] == 2
    assert result["kill_matrix"]["squares"] == [
        "test_doubling.py::test_double",
        "test_doubling.py::test_quadruple",
    ]
    assert len(result["smallest_killers"]) == 1
    assert result["lost_elsewhere"] == {"squares": {"quadruple": 1}}
    assert "squares (root double) also loses points of quadruple 1" in printed


def test_a_quick_audit_takes_a_sample(course: Path) -> None:
    for number in range(3):
        other = course / "tests" / "01_doubling" / "wheats" / f"adds_{number}.py"
        other.write_text(WHEAT.replace("2 * x", "x + x"))
    for number in range(31):
        chaff(course, f"adds_{number}", "double", f"def double(x):\n    return x + {number}")
    chaff(course, "is_the_only_one", "quadruple", "def quadruple(x):\n    return x")
    status, printed, result = audit(course, "--quick")
    assert status == 0, printed
    assert "01_doubling: 2 of 4 wheats in 2 runs, 30 of 33 chaffs, 6 programs that do nothing" in printed
    assert len(result["wheats"]) == 2 and result["left_out"] == {"wheat": 2, "chaff": 3}
    assert "is_the_only_one" in result["noticed_by"], "every function has its turn"
    again = {v.name for v in sample(variants_of(Course(course).unit("01_doubling"))) if v.kind == "chaff"}
    assert again == result["noticed_by"].keys(), "always the same"


def test_a_unit_can_be_left_out(course: Path) -> None:
    assert "no unit is left to audit" in audit(course, "--skip", "01_doubling")[1]
    assert "no unit '02_none'" in audit(course, "--skip", "02_none")[1]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, dict]:
    """One audit of a suite with many faults: each is told beside the others."""
    course = write_course(tmp_path_factory.mktemp("faulty"))
    unit = course / "tests" / "01_doubling"
    (unit / "test_doubling.py").write_text(
        TESTS.replace('hint="twice")', 'hint="twice", stub="Three times x.")')
    )
    chaff(course, "adds_in_place", "double", "def double(x):\n    return x.add_(x)")
    chaff(course, "is_off_elsewhere", "quadruple", "def double(x):\n    return x")
    (unit / "wheats" / "exact.py").write_text(WHEAT.replace("2 * x", "x"))
    (unit / "lesson.py").write_text(WHEAT.replace("4 * x", "x"))
    return audit(course)


@pytest.mark.parametrize(
    "says",
    [
        "adds_in_place fails no test of double",
        "is_off_elsewhere (root quadruple) fails test_doubling.py::test_double, a test of double",
        "wheat exact fails",
        "the lesson's own solution fails test_doubling.py::test_quadruple",
        "test_double judges by words that the stub does not have: 'Three times x.'",
        "test_quadruple does not say which words it judges by",
    ],
)
def test_what_is_wrong_with_a_suite_is_told(faulty: tuple[int, str, dict], says: str) -> None:
    """A chaff that escapes, one that strays, a wheat that fails, a lesson that loses core points, other words."""
    status, printed, result = faulty
    assert status == 1
    told = [p for p in result["problems"] if says in p]
    assert told and f"PROBLEM: {told[0]}" in printed, printed


def test_a_focused_audit_is_done_with_a_chaff_once_a_public_test_of_its_root_has_noticed(
    course: Path,
) -> None:
    chaff(course, "is_off_elsewhere", "quadruple", "def double(x):\n    return x")
    chaff(course, "adds_in_place", "double", "def double(x):\n    return x.add_(x)")
    status, printed, result = audit(course, "--focused")
    assert status == 1
    assert [p for p in result["problems"] if "a test of double" in p] == [], "it was not asked"
    assert result["noticed_by"] == {
        "adds_in_place": "",
        "is_off_elsewhere": "test_doubling.py::test_quadruple",
        "squares": "test_doubling.py::test_double",
    }
    assert "kill_matrix" not in result
    assert any("adds_in_place fails no test of double" in p for p in result["problems"]), printed


def test_a_focused_audit_is_not_confused_by_a_value_that_no_test_can_use(course: Path) -> None:
    """One test stumbles over the value, so that the answer key is asked, and the next one fails properly."""
    tests = course / "tests" / "01_doubling" / "test_doubling.py"
    tests.write_text(tests.read_text() + STUMBLING)
    chaff(course, "gives_a_number", "double", "def double(x):\n    return torch.tensor(1.0)")
    status, printed, result = audit(course, "--focused")
    assert status == 0, printed
    assert result["problems"] == []


def test_a_focused_audit_goes_on_until_a_test_of_the_right_band_has_noticed(course: Path) -> None:
    """A core mistake that a robust test notices first, and no core one."""
    tests = course / "tests" / "01_doubling" / "test_doubling.py"
    tests.write_text(tests.read_text() + ROBUST)
    chaff(course, "forgets_integers", "double", "def double(x):\n    return 2.0 * x")
    status, printed, result = audit(course, "--focused")
    assert status == 1
    assert "chaff forgets_integers is a core mistake that only robust tests notice" in result["problems"], (
        printed
    )


@pytest.mark.parametrize(("options", "programs"), [(["--focused"], 6), ([], 18)])
def test_points_for_nothing_are_told(course: Path, options: list[str], programs: int) -> None:
    tests = course / "tests" / "01_doubling" / "test_doubling.py"
    suite = tests.read_text()
    tests.write_text(suite + FORBIDS.format(beside=""))
    status, _, result = audit(course, *options)
    assert status == 1 and result["idle"] == programs
    told = (
        "test_doubling.py::test_left_alone gives points to work that does nothing ({}): it needs a `beside`"
    )
    own = ["", "double-"] if not options else [""]
    kinds = ("input", "zeros", "nan")  # the others return no tensor, as the unit has to
    assert result["problems"] == [told.format(function + kind) for function in own for kind in kinds]
    tests.write_text(suite + FORBIDS.format(beside=', beside="test_double"'))
    status, printed, result = audit(course, *options)
    assert status == 0 and f"{programs} programs that do nothing" in printed, printed


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("tests/01_doubling/chaffs/bad.py", '"""No header."""\n', "needs root, band and advice"),
        ("tests/01_doubling/unit.toml", TOML + "[functions.third]\nuses = ['nobody']\n", "names no function"),
        ("tests/01_doubling/unit.toml", "title = 1\nmodul = 'x'\n", "title: expected a text"),
        ("tests/01_doubling/test_doubling.py", "def test_unmarked(student):\n    pass\n", "needs @points"),
        ("tests/01_doubling/test_again.py", TESTS, "both have a test test_double"),
        (
            "reference/01_doubling/doubling.py",
            KEY.replace("x + x", "x"),
            "the answer key itself does not pass",
        ),
    ],
)
def test_an_authors_mistake_is_said_in_a_sentence(course: Path, file: str, text: str, says: str) -> None:
    (course / file).write_text(text)
    status, printed, _ = audit(course)
    assert status in (1, 2)
    assert says in printed
    assert 'File "' not in printed


def test_a_draft_is_left_out_unless_it_is_asked_for(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = course / "tests" / "02_tripling"
    shutil.copytree(course / "tests" / "01_doubling", other)
    shutil.copytree(course / "reference" / "01_doubling", course / "reference" / "02_tripling")
    toml = course / "tests" / "01_doubling" / "unit.toml"
    toml.write_text(TOML.replace("module =", "draft = true\nmodule ="))
    status, printed, result = audit(course, "--focused")
    assert status == 0, printed
    assert result == {}
    assert (course / "out" / "02_tripling.json").exists()
    monkeypatch.setenv("GRADER_DRAFTS", "1")
    status, printed, result = audit(course, "--focused")
    assert status == 0, printed
    assert result["problems"] == []


def test_methods_are_named_with_their_class_in_stubs(course: Path) -> None:
    key = course / "reference" / "01_doubling" / "doubling.py"
    solved = "        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n"
    key.write_text(f"class Doubler:\n    def one(self):\n{solved}\n    def two(self):\n{solved}\n\n{KEY}")
    assert command("derive", cwd=course).returncode == 0
    stub = (course / "assignments" / "01_doubling" / "doubling.py").read_text()
    raised = [line.split('"')[1] for line in stub.splitlines() if "raise NotImplementedError" in line]
    assert raised == ["Doubler.one", "Doubler.two", "double", "quadruple"]


def test_a_line_outside_may_be_another_in_the_stub(course: Path) -> None:
    key = course / "reference" / "01_doubling" / "doubling.py"
    key.write_text('NAME = "the key"  # STUB: NAME = ""\nLEVEL = 2  # as it is\n' + KEY)
    assert command("derive", cwd=course).returncode == 0
    stub = (course / "assignments" / "01_doubling" / "doubling.py").read_text()
    assert stub.splitlines()[1:3] == ['NAME = ""', "LEVEL = 2  # as it is"]
