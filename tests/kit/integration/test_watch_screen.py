"""`grader watch` in a terminal: what the screen shows, what keys do, and code that tries to take it down."""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import small_course
from support.watching import Screen, replace, screen, workers_of

UNIT, RIGHT, WRONG = small_course.UNIT, small_course.RIGHT, small_course.WRONG
ALL = "Everything passes."
THREE_WRONG = (
    "def double(x):\n    return 0\n\n\ndef treble(x):\n    print('printed in treble')\n    return 0\n"
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = small_course.write_course(tmp_path / "course", {})
    settings = course / "tests" / UNIT / "unit.toml"
    settings.write_text(settings.read_text() + "[limits]\ntest_cpu_seconds = 0.5\n")
    module_of(course).parent.mkdir(parents=True)
    module_of(course).write_text(WRONG)
    return course


@pytest.fixture
def shown(course: Path) -> Iterator[Screen]:
    with screen(course) as shown:
        shown.shows("Open assignments")
        yield shown


def module_of(course: Path) -> Path:
    return course / "assignments" / UNIT / "doubling.py"


def test_failures_first_hints_and_the_list_of_all(course: Path, shown: Screen) -> None:
    frame = shown.shows("2 passed, 1 failed, 1 not written yet", "2 of 5 points")
    assert frame.index("✗ failed: double(-x) = -double(x) [0 of 3 ▲]") < frame.index("double(-1) is not -2")
    assert "not written yet: treble" not in frame and "Hint" not in frame
    shown.press("h")
    shown.shows("Hint: signs")

    module_of(course).write_text(THREE_WRONG)
    frame = shown.shows("4 failed", "next: double", "✗ failed: Large numbers")
    assert frame.index("✗ failed: double(x) = 2x [0 of 2]") < frame.index("✗ failed: Large numbers")
    shown.press("n")
    frame = shown.until(lambda f: 0 <= f.find("-double(x)") < f.find("double(x) = 2x"))
    for _ in range(2):
        shown.press("n")
    frame = shown.shows("printed in treble")
    assert frame.index("treble(x) = 3x") < frame.index("double(x) = 2x")
    shown.press("h")
    shown.shows("Hint: thrice")

    shown.press("a")
    frame = shown.shows("a back")
    rows = [line.strip() for line in frame.splitlines() if line.startswith("✗")]
    assert rows[0] == "✗ double(x) = 2x [0 of 2]" and len(rows) == 4
    shown.press("a")
    replace(module_of(course), RIGHT)
    frame = shown.shows("4 passed", "5 of 5 points  + 4 bonus", ALL)
    assert "✗" not in frame


def test_a_small_terminal_shows_what_fits(course: Path) -> None:
    module_of(course).write_text(THREE_WRONG)
    with screen(course, size=(14, 60)) as shown:
        frame = shown.shows("4 failed", "q quit", "… and 3 more")
        assert len(frame.splitlines()) <= 14
        shown.process.setwinsize(40, 60)
        shown.until(lambda frame: "more" not in frame and "treble(x) = 3x" in frame)


def test_nothing_takes_it_down(course: Path, shown: Screen) -> None:
    misbehaving = {
        "It ended the process: exit status 3": "import os\ndef double(x):\n    os._exit(3)\n",
        "killed by SIGSEGV": "import os\ndef double(x):\n    os.kill(os.getpid(), 11)\n",
        "It raised SystemExit": "import sys\ndef double(x):\n    sys.exit('bye')\n",
        "It ended the process: KeyboardInterrupt": "def double(x):\n    raise KeyboardInterrupt\n",
        "more than 0.5 s: an endless loop?": "def double(x):\n    while True:\n        print('x' * 1000)\n",
        "in double: ": (
            "def double(x):\n    while True:\n        try:\n            while True:\n"
            "                y = x\n                x = y\n        except BaseException:\n            pass\n"
        ),
        "a call that can't be interrupted": "def double(x):\n    return sum(range(10**15))\n",
        "importing it takes more than 0.5 s": "while True:\n    pass\n",
        "No test was run": "import os\nos._exit(0)\n",
    }
    for said, text in misbehaving.items():
        module_of(course).write_text(text)
        frame = shown.until(lambda f, said=said: said in f and "running" not in f)  # type: ignore[misc]
        assert sum("xxx" in line for line in frame.splitlines()) <= 5
        module_of(course).write_text(RIGHT)
        shown.shows(ALL)
    shown.press("q")
    shown.ended()
    assert shown.process.exitstatus == 0


def test_the_screen_belongs_to_it_alone(course: Path, shown: Screen) -> None:
    module_of(course).write_text(
        "import os\n"
        "def double(x):\n"
        "    for n in (0, 1, 2):\n"
        "        try:\n"
        "            os.write(n, b'RAW')\n"
        "        except OSError:\n"
        "            pass\n"
        "    os.system('echo RAW; echo RAW >&2')\n"
        "    try:\n"
        "        open('/dev/tty', 'w').write('RAW')\n"
        "    except OSError:\n"
        "        pass\n"
        "    try:\n"
        "        return input('RAW')\n"
        "    except EOFError:\n"
        "        raise ValueError('[red]\\x1b[2J\\x1b]0;title\\x07 \\ud800') from None\n"
    )
    frame = shown.shows(r"It raised ValueError: [red]\x1b[2J\x1b]0;title\x07 \ud800", "Open")
    printed = "RAW" if "Printed during the test:\n    RAW" in frame.replace(" \n", "\n") else ""
    assert frame.count("RAW") <= 1 + len(
        printed
    )  # what the student's code prints is shown once, where it belongs
    shown.press("a")
    shown.shows("a back")


@pytest.mark.parametrize("how", ["q", "Ctrl-C", "SIGTERM"])
def test_it_ends_with_the_terminal_as_it_was(course: Path, how: str) -> None:
    with screen(course) as shown:
        shown.shows("Open assignments")
        echo = termios.tcgetattr(shown.process.child_fd)[3] & (termios.ECHO | termios.ICANON)
        assert echo == 0
        workers = workers_of(course, shown.process.pid)
        assert workers
        if how == "SIGTERM":
            os.kill(shown.process.pid, signal.SIGTERM)
        else:
            shown.press({"q": "q", "Ctrl-C": "\x03"}[how])
        kept = shown.ended()
        assert shown.process.exitstatus == 0
        assert "2 of 5 points" in kept and "Traceback" not in shown.raw
        assert "\x1b[?25h" in shown.raw  # the cursor
        assert psutil.wait_procs(workers, timeout=30)[1] == []


def test_a_worker_ends_with_its_front(course: Path) -> None:
    module_of(course).write_text("def double(x):\n    return sum(range(10**15))\n")
    with screen(course) as shown:
        shown.shows("running")
        workers = workers_of(course, shown.process.pid)
        assert workers
        os.kill(shown.process.pid, signal.SIGHUP)
        shown.ended()
        assert psutil.wait_procs(workers, timeout=30)[1] == []
