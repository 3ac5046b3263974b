"""`grader release --gradescope` and `--classroom50`: bundles for those who call an autograder of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.box.walls import Tier, WallError
from grader.classroom.files import read_secret, write_bytes_atomically
from grader.cli.instructor import UsageError
from grader.course import Course


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
