"""`grader generate`: write the course's stubs and pictures from the answer keys."""

from __future__ import annotations

from grader.cli.console import writing_into
from grader.course import Course


def generate(course: Course, *, check: bool) -> int:
    """Write the course's stubs and pictures anew, or only compare: 1 when one is not as generated."""
    from grader.authoring.release import outdated_files

    outdated = outdated_files(course)
    if check:
        for path in outdated:
            print(f"{path} is not what would be generated: run `grader generate`")
        return 1 if outdated else 0
    for path, text in outdated.items():
        with writing_into(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    if not outdated:
        print("Stubs and pictures are as generated: nothing was written.")
    return 0
