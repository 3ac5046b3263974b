"""check in a notebook: what it shows, what it returns for nbgrader, and what it leaves as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, UNIT
from support.kernel import in_a_kernel


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return in_a_kernel(
        f"""
exec(compile(Path({str(ROOT / "reference" / UNIT / "softmax.py")!r}).read_text(), "cells.py", "exec"))
import logging, os, random, warnings
import numpy as np
logging.basicConfig(stream=sys.stderr)
torch.manual_seed(1); np.random.seed(1); random.seed(1)
state = (torch.get_rng_state().clone(), np.random.get_state()[1].copy(), random.getstate(), torch.get_num_threads())

cell("full", 'check("nll")')
now = (torch.get_rng_state(), np.random.get_state()[1], random.getstate(), torch.get_num_threads())
told["undisturbed"] = [
    bool(torch.equal(state[0], now[0])), bool((state[1] == now[1]).all()), state[2] == now[2], state[3] == now[3]
]

right = accuracy
def accuracy(out, target):
    warnings.warn("careful")
    logging.warning("logged")
    print("to the error stream", file=sys.stderr)
    os.write(2, b"raw bytes")
    print("a thought")
    return right(out, target)
cell("noisy", 'check("accuracy")')

def nll(log_probs, target):
    return -(torch.nn.functional.one_hot(target, log_probs.shape[1]) * log_probs).sum() / len(target)
cell("part", 'check("nll")')

def nll(log_probs, target):
    raise NotImplementedError()
cell("nothing", 'check("nll")')

del nll
cell("deleted", 'check("nll")')
cell("forbidden", 'exec("def nll(a, b): return torch.nn.functional.nll_loss(a, b)") or check("nll")')
cell("again", 'exec("nll = lambda p, t: -p[range(len(t)), t].mean()", globals()) or check("nll")')
cell("nowhere", 'check("nlll")')
cell("no such unit", 'check("nll", unit="77_none")')
cell("another unit", 'check("nll", unit="02_init")')
cell("a function", 'check(logsumexp)')
cell("wordy", 'exec("def nll(a, b):\\\\n    while True: pass") or check("nll")')
"""
    )


def test_full_marks_are_exactly_the_maximum(told: dict[str, Any]) -> None:
    assert told["full"]["value"] == 10
    assert told["full"]["out"].startswith("nll: 10 of 10 points\n")
    assert "✓ passed: " in told["full"]["out"]
    assert told["again"]["value"] == 10


def test_the_tests_of_all_units_are_collected_without_a_warning() -> None:
    """pytest's settings are not read where a notebook collects them, so that the kit has to register its markers."""
    script = (
        "import warnings, pytest\n"
        "from grader.course import find_course\n"
        "from grader.suite.plugin.collected_suite import CollectedSuite\n"
        "warnings.simplefilter('error', pytest.PytestWarning)\n"
        "course = find_course()\n"
        "CollectedSuite(course, list(course.units.values()))\n"
    )
    done = subprocess.run([sys.executable, "-u", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_check_is_light() -> None:
    script = "import sys; from grader import check; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def test_random_numbers_and_threads_go_on_as_before(told: dict[str, Any]) -> None:
    assert told["undisturbed"] == [True] * 4


def test_nothing_comes_to_the_error_stream(told: dict[str, Any]) -> None:
    """nbgrader gives 0 points for anything there."""
    assert told["noisy"]["value"] == 6
    assert told["noisy"]["err"] == ""
    assert "raw bytes" not in told["raw stderr"]
    assert "a thought" in told["noisy"]["out"]


def test_a_part_is_told_test_by_test(told: dict[str, Any]) -> None:
    part = told["part"]
    assert 0 < part["value"] < 10
    assert part["out"].startswith(f"nll: {part['value']} of 10 points\n")
    for said in (
        "✗ failed: ",
        "expected",
        "The smallest example found:",
        "nll(torch.tensor(",
        "Hint: ",
        "[0 of ",
    ):
        assert said in part["out"], said
    assert "Traceback" not in part["out"]
    assert "@seed" not in part["out"]


def test_no_point_is_an_error_in_one_line(told: dict[str, Any]) -> None:
    """A returned 0 would be full marks, or none, by the version of nbgrader; an error is none in all of them."""
    assert told["nothing error"] == ["check: no point yet for nll (of 10)"]
    assert told["nothing"]["out"] == "nll: 0 of 10 points: not written yet\n"
    assert told["deleted error"] == ["check: no point yet for nll (of 10)"]
    assert told["forbidden error"] == ["check: no point yet for nll (of 10)"]


def test_an_endless_loop_ends(told: dict[str, Any]) -> None:
    assert told["wordy error"] == ["check: no point yet for nll (of 10)"]
    assert "endless loop" in told["wordy"]["out"]


def test_what_can_not_be_checked_is_said_in_a_sentence(told: dict[str, Any]) -> None:
    assert told["nowhere error"] == ["check: no unit has a 'nlll'; is it 'nll'?"]
    assert "There is no unit '77_none'" in told["no such unit error"][0]
    assert "02_init has no 'nll'" in told["another unit error"][0]
    assert told["a function error"] == [
        'check: give the name of a function as a text, as in check("logsumexp")'
    ]


def test_the_course_is_found_upwards_or_by_its_variable(tmp_path: Path) -> None:
    text = 'cell("lost", \'check("gain")\')'
    lost = in_a_kernel(text, cwd=tmp_path)["lost error"][0]
    assert "no course was found" in lost and "GRADER_COURSE" in lost
    found = in_a_kernel(
        "import math\ndef gain(a): return math.sqrt(2 / (1 + a**2))\n" + text,
        cwd=tmp_path,
        GRADER_COURSE=str(ROOT),
    )
    assert found["lost"]["value"] > 0


def test_while_nbgrader_grades_a_folder_handed_in_is_no_course_and_draws_are_the_same(tmp_path: Path) -> None:
    """The variable comes first then; hidden tests take part, where the course has them."""
    shutil.copytree(ROOT / "tests" / UNIT, tmp_path / "tests" / UNIT)
    (tmp_path / "tests" / UNIT / "unit.toml").write_text("broken")
    text = """
exec("def nll(p, t):\\n    return -p.double()[range(len(t)), t].mean()")
cell("one", 'check("nll")')
cell("two", 'check("nll")')
"""
    ran = in_a_kernel(text, cwd=tmp_path, GRADER_COURSE=str(ROOT), NBGRADER_EXECUTION="autograde")
    assert ran["one"] == ran["two"]
    assert 0 < ran["one"]["value"] < 10


def test_a_name_of_two_units_goes_by_the_notebook_or_is_asked_for(tmp_path: Path) -> None:
    for name in ("01_first", "02_second"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "assignments" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "unit.toml").write_text(
            f'title = "t"\nmodule = "{name[3:]}"\n[functions.twice]\n'
        )
        (tmp_path / "tests" / name / "test_twice.py").write_text(
            "from grader.suite import points, require\n"
            f'@points({name[1]}, function="twice")\n'
            "def test_twice(student):\n"
            '    """twice(3) = 6"""\n'
            '    require(student.twice(3) == 6, "it is not 6")\n'
        )
    text = """
exec("def twice(n): return 2 * n")
cell("here", 'check("twice")')
cell("said", 'check("twice", unit="02_second")')
"""
    beside = in_a_kernel(text, cwd=tmp_path / "assignments")
    assert 'say which, as in check("twice", unit="01_first")' in beside["here error"][0]
    assert beside["said"]["value"] == 2
    assert in_a_kernel(text, cwd=tmp_path / "assignments" / "02_second")["here"]["value"] == 2
    named = str(tmp_path / "assignments" / "first.ipynb")
    assert in_a_kernel(text, cwd=tmp_path / "assignments", JPY_SESSION_NAME=named)["here"]["value"] == 1


IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell
import sys, json
shell = InteractiveShell.instance()
sys.modules["__main__"] = shell.user_module
shown = []
shell.display_pub.publish = lambda data, metadata=None, **more: shown.append(data)
def cell(text):
    return shell.run_cell(text, store_history=True)
cell("import math, torch\\nfrom grader import check")
cell("def nll(log_probs, target):\\n    return -log_probs.double()[range(len(target)), target].mean()")
part = cell("check('nll')")
cell("def gain(a):\\n    return a.nonsense")
none = cell("check('gain')")
cell(open(sys.argv[1]).read())
normal = cell("check('kaiming_normal_')")
print(json.dumps([d["text/html"] for d in shown] + [part.result, normal.result, type(none.error_in_exec).__name__]))
"""


@pytest.mark.skipif(find_spec("IPython") is None, reason="needs IPython, which comes with nbgrader")
def test_in_a_notebook_it_shows_html_and_draws() -> None:
    script = [sys.executable, "-u", "-c", IPYTHON, str(ROOT / "reference" / "02_init" / "init.py")]
    done = subprocess.run(
        script,
        cwd=ROOT / "assignments" / "02_init",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    part, none, normal, some, most, error = json.loads(done.stdout.splitlines()[-1])
    assert part.startswith("<div") and "✗" in part and "The smallest example found" in part
    assert "<summary>Hint</summary>" in part
    assert some > 0
    assert "cell [4], line 2, in gain: return a.nonsense" in none
    assert error == "CheckError"
    assert "<svg" in normal and "<rect" in normal and "<polyline" in normal
    assert "weights of kaiming_normal_" in normal
    assert most > 0


def test_pictures_are_drawn_from_the_notebooks_own_functions(tmp_path: Path) -> None:
    from types import SimpleNamespace

    from grader.course import Course, load_module
    from grader.home.notebook.drawing import drawings_of

    unit = Course(ROOT).units["07_anneal"]
    key = load_module(unit.reference)
    for function in ("sched_cos", "combine_scheds", "cos_1cycle_anneal"):
        drawn = drawings_of(unit, key, function, [])
        assert drawn and all("<polyline" in picture for picture in drawn)
    broken = SimpleNamespace(sched_cos=lambda start, end: lambda pos: 1 / 0)
    assert drawings_of(unit, broken, "sched_cos", []) == ()  # type: ignore[arg-type]
    assert drawings_of(unit, key, "Recorder", []) == ()


def test_text_of_a_student_is_escaped() -> None:
    from grader.course import Course
    from grader.home.notebook.result import Result, Shown
    from grader.records.outcomes import Outcome
    from grader.suite.plugin.verdict import Verdict

    unit = Course(ROOT).units[UNIT]
    verdict = Verdict(Outcome.FAIL, "<script>alert(1)</script>", "f('<b>')", "cell [1], line 1: '<i>'")
    shown = Shown("test", "a < b", 2, "core", "<u>", "The handout says: “<s>”", verdict)
    html = Result(unit, "nll", (shown,), 2, (), "<em>")._repr_html_()
    for tag in ("<script>", "<b>", "<i>", "<u>", "<s>", "<em>", "a < b"):
        assert tag not in html
