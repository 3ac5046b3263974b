"""`grader autograde`: run by the autograders that `grader autograder` makes, inside other systems.

Exit status 0: graded, and the result is written. Anything else is a fault of the machine or of the kit: no result is
written, for it would count as a zero.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.console import UsageError
from grader.cli.machine import choose_tier, course_secret
from grader.course import Course, CourseError, find_course
from grader.encodable import readable_json, shown_lines
from grader.files import FilesError, as_json, read_secret, write_atomically
from grader.plain_files import read_plain_text

app = typer.Typer(
    no_args_is_help=True, help="For the autograders that `grader autograder` makes, not for people."
)


@app.command()
def gradescope(
    root: Annotated[Path, typer.Argument(help="the folder that Gradescope calls /autograder")],
) -> None:
    """Grade submission/ and write results/results.json."""
    raise typer.Exit(_status(lambda: _gradescope(root)))


@app.command()
def classroom50(settings: Annotated[Path, typer.Argument(help="settings.json beside autograder.py")]) -> None:
    """Grade the current folder and write result.json there."""
    raise typer.Exit(_status(lambda: _classroom50(settings)))


def _status(grade: Callable[[], None]) -> int:
    """Grade; return the exit status, after a message when nothing could be graded."""
    from grader.authoring.autograders import NotGraded
    from grader.judge.client import JudgeFault
    from grader.outputs.export import ExportError

    try:
        grade()
    except (NotGraded, JudgeFault, ExportError, UsageError, CourseError, FilesError, OSError) as fault:
        print(shown_lines(f"grader: not graded (no score recorded): {fault}"), file=sys.stderr)
        return 1
    return 0


def _gradescope(root: Path) -> None:
    from grader.authoring.autograders import grade_single
    from grader.outputs.export import gradescope_results

    started = time.monotonic()
    source = root / "source"
    settings = _json(source / "settings.json")
    metadata = _json(root / "submission_metadata.json")
    course = find_course(source / "course")
    record, notes = grade_single(
        course,
        course.unit(str(settings["unit"])),
        root / "submission",
        _who(metadata),
        late=_late(metadata),
        tier=_tier(course, settings),
        secret=_secret(source / "secret"),
    )
    results = gradescope_results(
        record,
        visibility=settings["visibility"],
        bonus=settings["bonus"],
        seconds=time.monotonic() - started,
        notes=notes,
    )
    write_atomically(root / "results" / "results.json", as_json(results))
    print(f"{record.unit}: {results['score']} of {record.total.possible} points")


def _classroom50(settings_file: Path) -> None:
    from grader.authoring.autograders import grade_single
    from grader.outputs.export import classroom50_result

    settings = _json(settings_file)
    course = find_course()
    beside = settings_file.parent / "secret"
    record, notes = grade_single(
        course,
        course.unit(str(settings["unit"])),
        Path.cwd(),
        os.environ.get("OWNER") or os.environ.get("USERNAME") or "the owner of this repository",
        tier=_tier(course, settings),
        secret=_secret(beside) if beside.exists() else course_secret(course),
    )
    result = classroom50_result(record, os.environ, out_of=settings.get("out_of"))
    write_atomically(Path("result.json"), as_json(result))
    for note in notes:
        print(note)
    print(f"{record.unit}: {result['score']} of {result['max-score']} points")


def _json(file: Path) -> dict[str, Any]:
    from grader.authoring.autograders import NotGraded

    try:
        found = readable_json(read_plain_text(file))
        if not isinstance(found, dict):
            raise ValueError("it doesn't hold a JSON object")
        return found
    except (OSError, ValueError) as error:
        raise NotGraded(f"{file} can't be read: {error}") from None


def _users(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = metadata.get("users")
    return [user for user in given if isinstance(user, dict)] if isinstance(given, list) else []


def _who(metadata: Mapping[str, Any]) -> str:
    """Return the students' e-mails, or else their names, joined for a group."""
    names = [str(u.get("email") or u.get("name") or u.get("id") or "").strip() for u in _users(metadata)]
    return "+".join(sorted(n for n in names if n and n.isprintable())) or "submission"


def _late(metadata: Mapping[str, Any]) -> bool:
    """Return True after the due date; in a group, after the last of its members', for one may have an extension."""
    try:
        due = metadata["assignment"]["due_date"]
        dates = [(u.get("assignment") or {}).get("due_date") or due for u in _users(metadata)] or [due]
        return datetime.fromisoformat(metadata["created_at"]) > max(map(datetime.fromisoformat, dates))
    except (KeyError, TypeError, ValueError, AttributeError):  # no date, or none that is understood
        return False


def _tier(course: Course, settings: Mapping[str, Any]) -> str:
    return choose_tier(course, settings.get("tier"))


def _secret(file: Path) -> bytes:
    """Return the secret, whose mode an archive or a checkout may have lost."""
    if file.exists():
        file.chmod(0o600)
    return read_secret(file)
