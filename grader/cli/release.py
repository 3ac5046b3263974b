"""`grader release` and `grader generate`: what students get, and the course's own files that are derived."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rich.console import Console

from grader.cli.console import UsageError, writing_into
from grader.course import Course

stderr = Console(stderr=True, highlight=False)


def release(course: Course, folder: Path, *, nbgrader: Path | None, notebooks: bool) -> int:
    """Write the students' bundle into `folder`.

    nbgrader:  a folder for a course of nbgrader, which stays; without it one is made to be thrown away
    notebooks: whether the bundle is to hold notebooks, if nbgrader is there to make them
    """
    from grader.authoring.release import ReleaseError, release_bundle

    with writing_into(folder):
        made = _notebooks(course, nbgrader, wanted=notebooks)
        try:
            kept = release_bundle(course, folder, made if notebooks else {})
        except ReleaseError as error:
            raise UsageError(str(error)) from None
    for stub in kept:
        print(f"kept {stub}: it has been worked on")
    if nbgrader is not None:
        print(f"nbgrader course: {nbgrader}")
    print(f"Students' bundle: {folder}{'' if made else ' (without notebooks)'}")
    return 0


def _notebooks(course: Course, folder: Path | None, *, wanted: bool) -> dict[str, bytes]:
    """The students' notebooks, made by nbgrader in its course `folder`."""
    from grader.outputs.nbgrader import NbgraderError, nbgrader_is_there, write_nbgrader_course

    if folder is None and not wanted:
        return {}
    if folder is None and not nbgrader_is_there():
        stderr.print(
            "No notebooks in this bundle: nbgrader, which makes them, is not installed. To have them: "
            'pip install -c constraints.txt -e ".[instructor]", and run this again.',
            style="yellow",
            markup=False,
        )
        return {}
    try:
        if folder is not None:
            return write_nbgrader_course(course, folder)
        with tempfile.TemporaryDirectory(prefix="grader-nbgrader-") as scratch:
            return write_nbgrader_course(course, Path(scratch))
    except NbgraderError as error:
        raise UsageError(str(error)) from None
