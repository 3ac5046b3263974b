"""A process that is forked from a warm one can't be told from a new one by those who start it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, course_of
from warm.popen import all_anew

GRADER = [sys.executable, "-m", "grader"]


@pytest.fixture(params=["cold", "warm"])
def start(request: pytest.FixtureRequest) -> Iterator[None]:
    with all_anew() if request.param == "cold" else contextlib.nullcontext():
        yield


@pytest.mark.usefixtures("start")
def test_a_command_has_its_status_and_its_streams_apart() -> None:
    done = subprocess.run([*GRADER, "hint", "nix"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "grader: there is no test and no function called nix\n"
    printed = subprocess.run([*GRADER, "hint", "nll"], cwd=ROOT, capture_output=True, text=True)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert "nll" in printed.stdout


@pytest.mark.usefixtures("start")
def test_it_has_the_folder_and_the_variables_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    lost = subprocess.run([*GRADER, "hint", "nll"], cwd=tmp_path, capture_output=True, text=True)
    assert lost.returncode == 2 and f"No course found in {tmp_path}" in lost.stderr
    env = {**os.environ, "GRADER_COURSE": str(ROOT)}
    assert (
        subprocess.run([*GRADER, "hint", "nll"], cwd=tmp_path, env=env, capture_output=True).returncode == 0
    )


SLEEPS = "import time\n\ndef test_it():\n    print('begun', flush=True)\n    time.sleep(60)\n"


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_it_can_be_killed_and_waited_for(tmp_path: Path, sent: signal.Signals) -> None:
    (tmp_path / "test_it.py").write_text(SLEEPS)
    order = [sys.executable, "-m", "pytest", "-qs", "-c", os.devnull, "--rootdir", ".", "test_it.py"]
    with subprocess.Popen(order, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "begun"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.1)
        started = time.monotonic()
        process.send_signal(sent)
        assert process.wait(20) == -sent
        assert time.monotonic() - started < 20


@pytest.mark.usefixtures("start")
def test_a_students_pytest_says_nothing_of_it(tmp_path: Path) -> None:
    """No warning about what was imported before, and the same screen."""
    course = course_of(
        tmp_path,
        {
            "tests/01_one/unit.toml": 'title = "One"\nmodule = "one"\n[functions.one]\n',
            "tests/01_one/test_one.py": "from grader.suite import points, require\n"
            '@points(1, function="one", hint="1")\n'
            'def test_one(student):\n    """one() = 1"""\n    require(student.one() == 1, "no")\n',
            "work/one.py": "def one():\n    return 1\n",
        },
    )
    order = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--submission", "work"]
    done = subprocess.run(order, cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "1 passed in" in done.stdout and "warning" not in done.stdout
    assert done.stderr == ""
