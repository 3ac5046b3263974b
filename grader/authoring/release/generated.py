"""Find the committed files that are generated, but not what would be generated now."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.promises import promises_and_citations, promises_page
from grader.authoring.release.figures import generate_figures
from grader.authoring.release.pictures import generate_handout
from grader.course import Course
from grader.course.stubs import clean_key, generate_stub


def outdated_files(course: Course) -> dict[Path, str]:
    """Return the text of each generated file that is not what would be generated.

    These are the stubs, the pictures and figures in handouts, and for teachers, under docs/, keys/ and promises/.
    """
    generated: dict[Path, str] = {}
    for unit in course.units.values():
        generated[unit.stub] = generate_stub(unit)
        generated[course.root / "docs" / "keys" / f"{unit.name}.py"] = clean_key(unit)
        if (found := promises_and_citations(unit)).citations:
            generated[course.root / "docs" / "promises" / f"{unit.name}.md"] = promises_page(found)
        if unit.handout.exists():
            generated[unit.handout] = generate_handout(unit)
            generated.update(generate_figures(unit))
    return {
        path: text
        for path, text in generated.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
