"""What a submission prints, logs and warns is shown under its failing tests, as pytest shows it, and breaks nothing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from support import command, small_course, student_pytest, write_files

LOUD = r"""
import logging, sys, warnings

class Odd(UserWarning):
    pass

print("said at import")

def double(x):
    print("said \x00 \x1b[31mred\x1b[0m \ud800", x)
    print("complained", file=sys.stderr)
    logging.getLogger("work").warning("logged \udcff")
    warnings.warn("careful \ud800")
    warnings.warn(Odd("odd"))
    return x
"""
FLOOD = r"""
def double(x):
    print("x" * 1_000_000)
    print("the end")
    raise ValueError("half \ud800")
"""
UNWRITTEN = "\ndef treble(x):\n    raise NotImplementedError\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = small_course.write_course(tmp_path, {"loud": LOUD + UNWRITTEN, "flood": FLOOD + UNWRITTEN})
    home = f"assignments/{small_course.UNIT}/doubling.py"
    return write_files(course, {home: LOUD + UNWRITTEN})


def run(course: Path, student: str, *options: str) -> str:
    return ended_well(student_pytest("--submission", f"class/{student}", *options, cwd=course))


def ended_well(done: subprocess.CompletedProcess[str]) -> str:
    told = done.stdout + done.stderr
    assert done.returncode == 1, told[-3000:]
    assert "INTERNALERROR" not in told and "Traceback" not in told, told[-3000:]
    assert re.search(rf"{small_course.UNIT} +░+  0 of 5 points", done.stdout), told[-3000:]
    return done.stdout


def under(heading: str, shown: str) -> str:
    """What stands below the first heading of that text."""
    return re.split(r"\n[-_=]{5,}", shown.partition(f" {heading} -")[2].partition("\n")[2])[0]


@pytest.mark.parametrize("options", [(), ("-rN",), ("-n", "2")], ids=lambda o: "".join(o) or "plain")
def test_what_was_printed_is_shown_as_pytest_shows_it(course: Path, options: Sequence[str]) -> None:
    shown = run(course, "loud", *options)
    assert "said at import" in shown
    for heading, text in (
        ("Captured stdout call", r"said .*red.* \S+"),
        ("Captured stderr call", "complained"),
        ("Captured log call", r"WARNING +work:doubling.py:\d+ logged \\udcff"),
    ):
        assert re.search(text, under(heading, shown)), heading
    assert "not written yet" in shown


def test_of_a_flood_the_end_is_shown(course: Path) -> None:
    shown = run(course, "flood")
    assert "It raised ValueError: half" in shown
    assert len(shown) < 20_000
    assert re.search(r"\(\d+ characters before this are left out; pytest -s shows all\)", shown)
    assert "the end" in shown


def test_pytests_own_tracebacks_cross_too(course: Path) -> None:
    shown = student_pytest("--submission", "class/flood", "-n", "2", "--tb=long", cwd=course).stdout
    assert "INTERNALERROR" not in shown and "0 of 5 points" in shown, shown[-3000:]


@pytest.mark.parametrize("arguments", [("check",), ("check", small_course.UNIT), ("replay", "test_double")])
def test_check_and_replay_show_it(course: Path, arguments: Sequence[str]) -> None:
    done = command(*arguments, cwd=course)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr
    assert "said " in under("Captured stdout call", done.stdout)
    assert " points" in done.stdout


def test_workers_report_as_one_process_does(course: Path) -> None:
    one, two = run(course, "loud"), run(course, "loud", "-n", "2")
    progress = [shown.partition(" progress ")[2].split("\n\n")[0] for shown in (one, two)]
    assert progress[0] == progress[1] and "double" in progress[0]
    assert "Odd: odd" in two


def test_workers_draw_by_the_seed_that_replay_reads(tmp_path: Path) -> None:
    drawn = """
def test_of_numbers_drawn(student):
    \"\"\"double(x) = 2x, for x drawn at random\"\"\"
    import torch
    x = torch.randint(10**9, ()).item()
    raise Mismatch(f"it drew {x}")
"""
    course = small_course.write_course(tmp_path, {"right": small_course.RIGHT})
    test = course / "tests" / small_course.UNIT / "test_doubling.py"
    test.write_text(f'{test.read_text()}\n@points(1, function="double", hint="")' + drawn)
    options = ("--submission=class/right", "-k", "drawn", "-p", "cacheprovider")
    first = student_pytest(*options, "-n", "2", cwd=course).stdout
    again = student_pytest(*options, "--replay", cwd=course).stdout
    numbers = [re.findall(r"it drew (\d+)", shown) for shown in (first, again)]
    assert numbers[0] == numbers[1] != [], (first, again)
