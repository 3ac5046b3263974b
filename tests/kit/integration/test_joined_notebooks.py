"""A unit that joins others, where the work for these lies in notebooks: at home, in a kernel, and in nbgrader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, student_pytest
from support.joined_course import KEY_TWO, WRONG_ONE, write_course
from support.notebooks import notebook, write

STUB_ONE = 'def double(x):\n    raise NotImplementedError("double")\n'
STUB_TWO = (
    'from doubling import double\n\n\ndef quadruple(x):\n    raise NotImplementedError("quadruple")\n\n\n'
    'def peek():\n    raise NotImplementedError("peek")\n'
)
HELPED = "from scale import TWO\n\ndef double(x):\n    return TWO * x\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course")


@pytest.fixture
def home(course: Path) -> Path:
    """A student's folder: both units were worked on in notebooks, beside stubs, and one has a helper of her own."""
    eve = course / "class" / "eve"
    for name, text in {
        "01_doubling/doubling.py": STUB_ONE,
        "01_doubling/scale.py": "TWO = 2\n",
        "02_quadrupling/quadrupling.py": STUB_TWO,
    }.items():
        (eve / name).parent.mkdir(parents=True, exist_ok=True)
        (eve / name).write_text(text)
    write(notebook("%matplotlib inline", HELPED), eve / "01_doubling" / "doubling.ipynb")
    write(
        notebook("from grader import join\njoin('01_doubling')", KEY_TWO),
        eve / "02_quadrupling" / "quadrupling.ipynb",
    )
    return eve


def test_pytest_tests_the_notebooks_that_were_worked_on(home: Path) -> None:
    done = student_pytest("--submission", "class/eve", cwd=home.parents[1])
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert "doubling.ipynb was tested: doubling.py has less." in done.stdout


def test_a_module_that_was_worked_on_counts_and_not_the_notebook_beside_it(home: Path) -> None:
    (home / "01_doubling" / "doubling.py").write_text(WRONG_ONE)
    done = student_pytest("--submission", "class/eve", cwd=home.parents[1])
    assert "double(3) is not 6" in done.stdout
    assert "quadruple(3) is 5" in done.stdout
    assert "doubling.py was tested" not in done.stdout, "the notebook adds nothing to it"


def test_work_in_both_forms_is_told(home: Path) -> None:
    half = STUB_TWO.replace('raise NotImplementedError("peek")', "return ''")
    (home / "02_quadrupling" / "quadrupling.py").write_text(half)
    other = KEY_TWO[: KEY_TWO.index("def peek")] + 'def peek():\n    raise NotImplementedError("peek")\n'
    write(notebook(other), home / "02_quadrupling" / "quadrupling.ipynb")
    done = student_pytest("--submission", "class/eve", "tests/02_quadrupling", cwd=home.parents[1])
    assert "quadrupling.py was tested, as it is graded; quadrupling.ipynb has something" in done.stdout


def test_a_failure_is_told_by_the_notebooks_cell_and_line(home: Path) -> None:
    wrong = "# doubles\n\n\n\ndef double(x):\n    y = x\n    return y.shape"
    write(notebook("import os", f"%%time\n{wrong}"), home / "01_doubling" / "doubling.ipynb")
    done = student_pytest("--submission", "class/eve", "tests/01_doubling", cwd=home.parents[1])
    assert "cell 2, line 8, in double: return y.shape" in done.stdout


def test_a_notebook_is_a_submission_by_itself(home: Path) -> None:
    file = home / "01_doubling" / "doubling.ipynb"
    done = student_pytest("--submission", file, "tests/01_doubling", cwd=home.parents[1])
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    file.write_text("{")
    done = student_pytest("--submission", file, "tests/01_doubling", cwd=home.parents[1])
    assert "doubling.ipynb is not a notebook that can be read" in done.stdout
    assert "passed" not in done.stdout and "Traceback" not in done.stdout


def in_a_kernel(home: Path, text: str) -> list[str]:
    """The lines that cells print, run in the folder of the second unit."""
    done = subprocess.run(
        [sys.executable, "-c", f"from grader import join\n{text}"],
        cwd=home / "02_quadrupling",
        env={**os.environ, "PYTHONPATH": str(ROOT), "GRADER_COURSE": str(home.parents[1])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_join_brings_in_the_notebook_and_brings_it_anew_when_called_again(home: Path) -> None:
    later = json.dumps(notebook("def double(x):\n    return 'changed'"))
    lines = in_a_kernel(
        home,
        f"""
from pathlib import Path
join("01_doubling")
from doubling import double
print(double(4))
Path("../01_doubling/doubling.ipynb").write_text({later!r})
join("01_doubling")
from doubling import double
print(double(4))
""",
    )
    assert lines == [
        "doubling: ../01_doubling/doubling.ipynb",
        "8",
        "doubling: ../01_doubling/doubling.ipynb",
        "changed",
    ]


def test_a_second_join_leaves_the_first_and_what_can_not_be_read_stops_nothing(home: Path) -> None:
    (home / "02_quadrupling" / "quadrupling.ipynb").write_text("{")
    (home / "02_quadrupling" / "quadrupling.py").unlink()
    lines = in_a_kernel(
        home, 'join("01_doubling")\njoin("02_quadrupling")\nfrom doubling import double\nprint(double(4))'
    )
    assert lines[1].startswith(
        "quadrupling: not joined. quadrupling.ipynb is not a notebook that can be read"
    )
    assert lines[2] == "8"


def test_join_says_what_is_not_there(home: Path) -> None:
    for file in (home / "01_doubling").glob("doubling.*"):
        file.unlink()
    lines = in_a_kernel(
        home,
        """
join("01_doubling")
try:
    join("07_nothing")
except Exception as error:
    print(*error._render_traceback_())
""",
    )
    assert (
        lines[0]
        == "doubling: not found; it belongs in ../01_doubling/doubling.py or ../01_doubling/doubling.ipynb"
    )
    assert lines[1].startswith("join: ") and "07_nothing" in lines[1]
