"""Commands that have another name now work under the old one too, say so in one line, and are not listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command
from support.small_course import RIGHT, UNIT, write_course

_REGRADE = ("grade", "class", "--regrade", "--out", "elsewhere", "--secret", "secret", "--tier", "T0")


@pytest.mark.parametrize(
    ("arguments", "new"),
    [
        (("derive", "--check"), "grader generate"),
        (("bundle", "classroom50", UNIT, "bundle"), "grader autograder"),
        (_REGRADE, "grader regrade"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_old_name_does_the_same_and_names_the_new_one(
    arguments: tuple[str, ...], new: str, tmp_path: Path
) -> None:
    course = write_course(tmp_path / "course", {"ann": RIGHT})
    old = command(*arguments, cwd=course)
    told = [line for line in old.stderr.splitlines() if "is now" in line]
    assert len(told) == 1 and f"is now `{new}`" in told[0]
    today = command(*new.split()[1:], *(a for a in arguments[1:] if a != "--regrade"), cwd=course)
    rest = [line for line in old.stderr.splitlines() if line not in told]
    assert (old.returncode, old.stdout, rest) == (today.returncode, today.stdout, today.stderr.splitlines())


def test_help_lists_the_new_names_alone() -> None:
    listed = {line.split()[1] for line in command("--help").stdout.splitlines() if len(line.split()) > 2}
    assert {"generate", "autograder", "regrade"} <= listed
    assert not {"derive", "bundle", "autograde"} & listed
