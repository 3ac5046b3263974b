"""`grader release`: what students get, and autograders for those who call one of one's own."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader.box.walls import Tier, WallError
from grader.classroom.files import read_secret, write_bytes_atomically
from grader.cli.instructor import UsageError
from grader.course import Course

_say = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class BundleOptions:
    """The options of `grader release` for one unit's autograder."""

    folder: Path
    unit: str | None
    secret: Path | None = None
    tier: str | None = None
    visibility: str = "visible"
    bonus: bool = True
    out_of: int | None = None
    with_answers: bool = False
    torch_options: str = ""


def release(
    course: Course,
    folder: Path,
    *,
    update_stubs: bool,
    check: bool,
    nbgrader: Path | None = None,
    notebooks: bool = True,
) -> int:
    """Write the students' bundle into `folder`, or see to the course's own derived files.

    nbgrader:  a folder for a course of nbgrader, which stays; without it one is made to be thrown away
    notebooks: whether the bundle is to hold notebooks, if nbgrader is there to make them
    """
    from grader.release import ReleaseError, outdated_files, release_bundle, write_derived

    if check:
        outdated = outdated_files(course)
        for path in outdated:
            print(f"{path} is not what would be derived: run `grader release --stubs .`")
        return 1 if outdated else 0
    if update_stubs:
        for path in write_derived(course):
            print(f"wrote {path}")
        return 0
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
    from grader.release import NbgraderError, nbgrader_is_there, write_nbgrader_course

    if folder is None and not wanted:
        return {}
    if folder is None and not nbgrader_is_there():
        _say.print(
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


def gradescope(course: Course, options: BundleOptions) -> int:
    """Write the zip to upload, and say what it holds."""
    from grader.gradebook.gradescope import VISIBILITIES
    from grader.release.autograders import gradescope_zip

    if options.visibility not in VISIBILITIES:
        raise UsageError(f"--visibility is one of {', '.join(VISIBILITIES)}, not {options.visibility}")
    unit = course.unit(_unit(options))
    data = gradescope_zip(
        course,
        unit,
        secret=_secret(course, options),
        tier=_tier(options),
        visibility=options.visibility,
        bonus=options.bonus,
        torch_options=options.torch_options,
    )
    target = options.folder / f"gradescope-{unit.name}.zip"
    write_bytes_atomically(target, data)
    target.chmod(0o600)
    print(f"Autograder for Gradescope: {target}")
    print("It holds the answers and the course's secret: upload it as the autograder, and give it to nobody.")
    return 0


def classroom50(course: Course, options: BundleOptions) -> int:
    """Write autograder.py and what belongs beside it, and say what follows from that."""
    from grader.release import ReleaseError
    from grader.release.autograders import write_classroom50

    unit = course.unit(_unit(options))
    try:
        write_classroom50(
            course,
            unit,
            options.folder,
            secret=_secret(course, options),
            tier=_tier(options),
            out_of=options.out_of,
            with_answers=options.with_answers,
            torch_options=options.torch_options,
        )
    except ReleaseError as error:
        raise UsageError(str(error)) from None
    print(f"Autograder for Classroom 50: {options.folder}")
    if options.with_answers:
        print("It holds the answers, and Classroom 50 publishes it: who finds the address can read them.")
    else:
        print("The runner has to have the course, at $GRADER_COURSE, and the packages that it needs.")
    return 0


def _unit(options: BundleOptions) -> str:
    if not options.unit:
        raise UsageError("an autograder grades one unit: say which with --unit")
    return options.unit


def _secret(course: Course, options: BundleOptions) -> bytes:
    return read_secret(options.secret or course.root / ".grader" / "secret")


def _tier(options: BundleOptions) -> str:
    try:
        tier = Tier.parse(options.tier) if options.tier else Tier.T1
        tier.require_built()
    except (ValueError, WallError) as error:
        raise UsageError(str(error)) from None
    return tier.name
