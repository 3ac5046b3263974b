"""`grader autograder`: make one unit's autograder, for Gradescope or Classroom 50."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import UsageError, writing_into
from grader.cli.machine import course_secret, named_tier
from grader.course import find_course
from grader.files import write_bytes_atomically

app = typer.Typer(no_args_is_help=True, help="Make a unit's autograder for Gradescope or Classroom 50.")

UnitName = Annotated[str, typer.Argument(help="the unit, such as 01_softmax")]
Folder = Annotated[Path, typer.Argument(help="where it goes")]
Tier = Annotated[
    str | None,
    typer.Option(help="walls: T1, T2 or T3 (default: the strongest of the machine that grades), or T0"),
]


def _name_of(tier: str | None) -> str | None:
    found = named_tier(tier)
    return found.name if found else None


@app.command()
def gradescope(
    unit: UnitName,
    folder: Folder,
    secret: Annotated[Path | None, typer.Option(help="file that decides the seeds")] = None,
    tier: Tier = None,
    visibility: Annotated[
        str, typer.Option(help="when students see public tests: visible, after_due_date or after_published")
    ] = "visible",
    bonus: Annotated[bool, typer.Option(help="whether the bonus is in the score")] = True,
    torch_options: Annotated[
        str, typer.Option(help="options for pip when it installs torch (for a CPU build)")
    ] = "",
) -> None:
    """Write the zip to upload to Gradescope, with answers and secret."""
    from grader.authoring.autograders import gradescope_zip
    from grader.outputs.export import VISIBILITIES

    if visibility not in VISIBILITIES:
        raise UsageError(f"--visibility is one of {', '.join(VISIBILITIES)}, not {visibility}")
    course = find_course()
    asked, walls = course.unit(unit), _name_of(tier)
    target = folder / f"gradescope-{asked.name}.zip"
    with writing_into(folder):
        folder.mkdir(parents=True, exist_ok=True)  # before a secret is made for nothing
        data = gradescope_zip(
            course,
            asked,
            secret=course_secret(course, secret),
            tier=walls,
            visibility=visibility,
            bonus=bonus,
            torch_options=torch_options,
        )
        write_bytes_atomically(target, data)
        target.chmod(0o600)
    print(f"Autograder for Gradescope: {target}")
    print(
        "It holds the answers and the course's secret: upload it as the autograder, and give it to nobody else."
    )


@app.command()
def classroom50(
    unit: UnitName,
    folder: Folder,
    tier: Tier = None,
    out_of: Annotated[int | None, typer.Option(min=1, help="another maximum than the unit's points")] = None,
    with_answers: Annotated[
        bool, typer.Option("--with-answers", help="the course goes with it, and is published")
    ] = False,
    secret: Annotated[
        Path | None, typer.Option(help="with answers: file of the course's seeds, from which others are made")
    ] = None,
    torch_options: Annotated[
        str, typer.Option(help="with answers: options for pip when it installs torch (for a CPU build)")
    ] = "",
) -> None:
    """Write autograder.py, for a runner that has the course."""
    from grader.authoring.autograders import write_classroom50
    from grader.authoring.release import ReleaseError

    if not with_answers and (secret or torch_options):
        raise UsageError(
            "--secret and --torch-options need --with-answers: without it, the runner has a course and packages "
            "of its own"
        )
    course = find_course()
    asked, walls = course.unit(unit), _name_of(tier)
    try:
        with writing_into(folder):
            write_classroom50(
                course,
                asked,
                folder,
                tier=walls,
                out_of=out_of,
                published_with=course_secret(course, secret) if with_answers else None,
                torch_options=torch_options,
            )
    except ReleaseError as error:
        raise UsageError(str(error)) from None
    print(f"Autograder for Classroom 50: {folder}")
    if with_answers:
        print(
            "It holds the answers, and Classroom 50 publishes it: anyone who finds the address can read them."
        )
    else:
        print("The runner has to have the course, at $GRADER_COURSE, and the packages that it needs.")
