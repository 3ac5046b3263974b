"""Find the committed files that are generated, but not what would be generated now."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.release.figures import generate_figures
from grader.authoring.release.pictures import generate_handout
from grader.course import Course
from grader.course.stubs import generate_stub


def outdated_files(course: Course) -> dict[Path, str]:
    """Return the text of each stub, handout and figure that is not what would be generated."""
    generated: dict[Path, str] = {}
    for unit in course.units.values():
        generated[unit.stub] = generate_stub(unit)
        if unit.handout.exists():
            generated[unit.handout] = generate_handout(unit)
            generated.update(generate_figures(unit))
    return {
        path: text
        for path, text in generated.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
