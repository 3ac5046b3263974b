"""The files that every bundle has: the kit, and the files beside it at the top of the course."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path

from grader.course import Course

_KIT = Path(__file__).parents[2]
_TOP_LEVEL = ("conftest.py", "pyproject.toml", "constraints.txt", "LICENSE")


def shared_files(course: Course, *, without: Set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name in the bundle, and the content, of each file.

    without: names of folders of the kit that stay out
    """
    for name in _TOP_LEVEL:
        if (course.root / name).exists():
            yield name, (course.root / name).read_bytes()
    for file in sorted(_KIT.rglob("*")):
        inside = file.relative_to(_KIT)
        if file.is_file() and not {*without, "__pycache__"} & set(inside.parts):
            yield f"grader/{inside.as_posix()}", file.read_bytes()
