"""The same work, graded twice, in two folders, has the same record, however it fails: times apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support import ROOT, needs_walls, records_in
from support.small_course import UNIT, write_course

pytestmark = needs_walls

HEAD = "import os\nimport sys\nimport tempfile\nimport threading\nimport time\n\n"
TAIL = "\n\ndef treble(x):\n    return 3 * x\n"
# what the body of double does
FAILS = {
    "object": "return object()",
    "own_object": "class Own:\n        pass\n    return Own()",
    "raises_an_object": "raise ValueError(object())",
    "raises_a_function": "raise ValueError(double, sys.modules[__name__])",
    "path": "raise ValueError(__file__)",
    "folder": "raise ValueError(os.getcwd(), tempfile.mkdtemp())",
    "missing_file": "open('data/train.csv')",
    "temporary_file": "open(tempfile.mktemp())",
    "id": "return id(object())",
    "process": "raise ValueError(os.getpid())",
    "thread": "raise ValueError(threading.current_thread())",
    "time": "raise ValueError(time.time())",
    "hash": "raise ValueError({'a', 'b', 'c', 'd'})",
    "recursion": "return double(x)",
    "loop": "while True:\n        pass",
    "exit": "os._exit(3)",
    "memory": "return bytearray(1 << 40)",
    "kwargs": "return double(x, y=1)",
    "nested": "def inner():\n        raise KeyError(inner)\n    inner()",
    "lambda": "return lambda: x",
    "assertion": "assert x == 0, double",
    "generator": "yield x",
    "half_done": "raise NotImplementedError(double)",
}
AT_THE_TOP = {
    "import": "import nothing_of_this_name",
    "top_object": "raise ValueError(object(), __file__, __name__)",
    "syntax": "def double(x:\n    return x",
    "relative": "from . import helper",
    "exits": "sys.exit('no')",
}
VARY = {"id", "process", "time"}  # numbers of its own making: nobody can know them from others


def graded(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the tests of each student."""
    works = {name: f"{HEAD}def double(x):\n    {body}\n{TAIL}" for name, body in FAILS.items()}
    works |= {name: f"{HEAD}{line}\n" for name, line in AT_THE_TOP.items()}
    course = write_course(folder, works)
    about = course / "tests" / UNIT / "unit.toml"
    about.write_text(about.read_text() + "[limits]\ntest_cpu_seconds = 1\n")  # for what loops
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "class", "--out", "out", "--secret", "secret"],
        cwd=course,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return {student: record["tests"] for student, record in records_in(course / "out").items()}


def test_the_same_work_has_the_same_record_twice(tmp_path: Path) -> None:
    one, other = graded(tmp_path / "one"), graded(tmp_path / "the other, elsewhere")
    assert set(one) == {*FAILS, *AT_THE_TOP}
    for student, tests in one.items():
        assert any(test["outcome"] != "pass" for test in tests), student
        for test, again in zip(tests, other[student], strict=True):
            if student not in VARY:
                assert test | {"seconds": 0} == again | {"seconds": 0}, student
            for text in (test["message"], test["where"], test["counterexample"]):
                assert "grader-" not in text and str(tmp_path) not in text, text
