"""`grader release`: make the students' bundle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.console import UsageError, writing_into
from grader.course import Course, find_course

stderr = Console(stderr=True, highlight=False)


def release(
    folder: Annotated[Path, typer.Argument(help="where the bundle goes")],
    nbgrader: Annotated[
        Path | None,
        typer.Option(help="also write a course of nbgrader, with its gradebook, into this folder"),
    ] = None,
    notebooks: Annotated[
        bool, typer.Option(help="put notebooks into the bundle, which needs nbgrader")
    ] = True,
) -> None:
    """Make the students' bundle, which holds no answers.

    It has stubs, notebooks, handouts and public tests. A stub in it that was worked on is never overwritten.
    """
    from grader.authoring.release import ReleaseError, release_bundle

    course = find_course()
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
