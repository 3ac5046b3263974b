"""The committed files that are derived: they have to be what would be derived now."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.release.pictures import derive_handout
from grader.course import Course
from grader.course.stubs import derive_stub


def outdated_files(course: Course) -> dict[Path, str]:
    """Stubs and handouts of the course that are not what would be derived, and the text they should have."""
    derived: dict[Path, str] = {}
    for unit in course.units.values():
        derived[unit.stub] = derive_stub(unit)
        if unit.handout.exists():
            derived[unit.handout] = derive_handout(unit)
    return {
        path: text
        for path, text in derived.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
