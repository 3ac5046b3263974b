"""A student's own pytest: short and kind on stubs, plain pytest otherwise, and nothing that Windows lacks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT, UNIT, command, course_of, student_pytest
from support.sliced_course import write_slice

ONE = f"tests/{UNIT}"
MISTAKE = """
def logsumexp(x, dim=-1, keepdim=False):
    return x.exp().sum(dim, keepdim).log()
"""


@pytest.fixture(scope="module")
def mistaken(write_class: Callable[..., Path]) -> Path:
    return write_class({"mistaken": MISTAKE}) / "mistaken"


def test_stubs_are_told_kindly_and_briefly() -> None:
    done = student_pytest()
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) < 60
    assert "Traceback" not in done.stdout
    assert re.search(r"01_softmax +░+ +0 of \d+ points", done.stdout)
    assert re.search(r"02_init +░+ +0 of \d+ points", done.stdout)
    # Functions are told of the next unit only.
    for function, times in (("logsumexp", 1), ("nll", 1), ("kaiming_uniform_", 0)):
        assert sum(line.strip().startswith(f"{function} ") for line in lines) == times
    assert re.search(r"Open assignments/01_softmax/softmax.py:\d+ next", done.stdout)


def test_the_answer_key_passes() -> None:
    done = student_pytest("--submission", "reference", ONE)
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_failure_tells_its_story(mistaken: Path) -> None:
    done = student_pytest(ONE, "--submission", mistaken, "-k", "test_log_of_sum_of_exp")
    assert done.returncode == 1
    assert "logsumexp(x)[i] = log Σⱼ exp x[i, j], for finite entries of any size" in done.stdout
    assert re.search(r"the result\[\d\] is -?inf, expected -?\d+", done.stdout)
    assert "import torch" in done.stdout
    assert re.search(r"logsumexp\(torch.tensor\(\[\[.*\]\]\)\)", done.stdout)
    assert "Hint: " in done.stdout
    assert "Again: grader replay test_log_of_sum_of_exp" in done.stdout
    assert "grader/suite" not in done.stdout


def test_the_example_told_can_be_pasted(mistaken: Path) -> None:
    done = student_pytest(ONE, "--submission", mistaken, "-k", "test_log_of_sum_of_exp")
    story = done.stdout.split("The smallest example found:\n")[1].split("\n\n")[0]
    code = "\n".join(line.strip() for line in story.splitlines())
    script = "from softmax import *\n" + code.replace("logsumexp(", "print(logsumexp(", 1).replace(
        "  # →", ")  #", 1
    )
    ran = subprocess.run([sys.executable, "-u", "-c", script], cwd=mistaken, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "inf" in ran.stdout


def test_replay_runs_the_same_example_again(tmp_path: Path) -> None:
    """On a bundle: replay reads what the last run left in pytest's cache."""
    bundle = tmp_path / "bundle"
    assert command("release", "--no-notebooks", bundle).returncode == 0
    stub = bundle / "assignments" / UNIT / "softmax.py"
    stub.write_text(
        stub.read_text()
        + "\n\ndef nll(log_probs, target):\n    return -log_probs[range(len(target)), target].sum()\n"
    )
    first = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", ONE, "-k", "test_gradient_of_nll"],
        cwd=bundle,
        capture_output=True,
        text=True,
    )
    again = command("replay", "test_gradient_of_nll", cwd=bundle)
    assert again.returncode == 1
    told = [
        out.split("The smallest example found:")[1].split("Hint")[0] for out in (first.stdout, again.stdout)
    ]
    assert told[0] == told[1]


def test_last_failed_and_exit_first(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    assert command("release", "--no-notebooks", bundle).returncode == 0

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", ONE, *arguments],
            cwd=bundle,
            capture_output=True,
            text=True,
        )

    everything = run()
    assert everything.returncode == 1
    count = int(re.search(r"(\d+) not written yet", everything.stdout)[1])  # type: ignore[index]
    again = run("--lf")
    assert f"{count} not written yet" in again.stdout
    first = run("-x")
    assert first.returncode == 1
    assert "1 not written yet" in first.stdout


def test_an_endless_loop_ends_and_shows_the_line(write_class: Callable[..., Path], tmp_path: Path) -> None:
    course = write_slice(tmp_path, ["test_gradient_of_nll"], test_cpu_seconds=0.5)
    folder = write_class(
        {"loop": "def gain_of(x):\n    pass\n\ndef nll(a, b):\n    while True:\n        b = b + 1\n"}
    )
    done = student_pytest("--submission", folder / "loop", cwd=course)
    assert done.returncode == 1
    assert "endless loop" in done.stdout
    assert re.search(r"softmax.py, line \d+, in nll: ", done.stdout)


def test_a_loop_in_one_unit_leaves_a_function_of_that_name_in_another_alone(tmp_path: Path) -> None:
    toml = 'title = "A unit"\nmodule = "{}"\n[limits]\ntest_cpu_seconds = 0.5\n[functions.fit]\n'
    test = """
from grader.suite import points, require

@points(1, function="fit", hint="1")
def test_{0}(student):
    \"\"\"fit() = 1\"\"\"
    require(student.fit() == 1, "not 1")
"""
    files = {}
    for name, body in (("01_one", "    while True: pass"), ("02_two", "    return 1")):
        files[f"tests/{name}/unit.toml"] = toml.format(name[3:])
        files[f"tests/{name}/test_{name}.py"] = test.format(name[3:])
        files[f"assignments/{name}/{name[3:]}.py"] = f"def fit():\n{body}\n"
    done = student_pytest(cwd=course_of(tmp_path, files))
    assert "1 failed, 1 passed" in done.stdout, done.stdout


def test_pdb_opens_in_the_students_frame(write_class: Callable[..., Path]) -> None:
    folder = write_class(
        {"bug": "def nll(log_probs, target):\n    secret_local = 42\n    return log_probs.nonsense\n"}
    )
    failing = (ONE, "--submission", folder / "bug", "-k", "test_gradient_of_nll")
    done = student_pytest("--pdb", *failing, typed="print('local is', secret_local)\nq\n")
    assert "local is 42" in done.stdout


def test_a_breakpoint_stops_in_the_students_code(write_class: Callable[..., Path]) -> None:
    folder = write_class(
        {"stop": "def nll(log_probs, target):\n    here = 7\n    breakpoint()\n    return here\n"}
    )
    stopping = (ONE, "--submission", folder / "stop", "-k", "test_nll_is_a_mean")
    done = student_pytest(*stopping, typed="print('here is', here)\nq\n")
    assert "here is 7" in done.stdout


def test_explicit_traceback_styles_are_pytests_own(mistaken: Path) -> None:
    done = student_pytest(ONE, "--submission", mistaken, "-k", "test_log_of_sum_of_exp", "--tb=short")
    assert "Mismatch" in done.stdout


def test_kit_and_variants_are_not_collected() -> None:
    done = student_pytest("--collect-only")
    assert "tests/kit" not in done.stdout
    assert "wheats" not in done.stdout
    assert "chaffs" not in done.stdout
    assert "01_softmax" in done.stdout


def test_a_module_that_does_not_import_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "softmax.py").write_text("import torch\n\ndef logsumexp(x:\n    return x\n")
    done = student_pytest(ONE, "--submission", tmp_path / "softmax.py")
    assert done.returncode == 1
    assert "softmax.py, line 3" in done.stdout
    assert done.stdout.count("The smallest example") == 0


def test_in_the_folder_of_a_unit_its_tests_run() -> None:
    done = student_pytest(cwd=ROOT / "assignments" / UNIT)
    assert f"{UNIT} " in done.stdout and "0 of 77 points" in done.stdout
    assert "02_init" not in done.stdout


def test_a_submission_that_is_not_there_is_said_once() -> None:
    done = student_pytest("--submission", "no/such.ipynb")
    assert done.returncode == 4
    assert "--submission: there is no no/such.ipynb" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_nothing_that_windows_lacks_is_imported() -> None:
    script = (
        "import sys, pytest\n"
        "for name in ('fcntl', 'resource', 'termios', 'pty', 'grp', 'pwd'): sys.modules[name] = None\n"
        "import os\n"
        "if hasattr(os, 'fork'): del os.fork\n"
        "options = ['-q', '-p', 'no:cacheprovider', '--submission', 'reference', 'tests/01_softmax', '-k', 'nll']\n"
        "sys.exit(pytest.main(options))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_importing_the_kit_is_light() -> None:
    script = (
        "import sys, grader, grader.cli.app\n"
        "print([m for m in ('torch', 'scipy', 'matplotlib', 'nbgrader', 'hypothesis') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_hint_shows_the_property_and_the_hint() -> None:
    done = command("hint", "test_equal_entries")
    assert done.returncode == 0
    assert "a + log n" in done.stdout
    assert "n times one of them" in done.stdout
    assert command("hint", "test_of_nothing").returncode == 2
