"""`grader`: one command for students, instructors and authors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.box.devices import gpus
from grader.cli import author, autograde, autograder, data, export, machine, release, student
from grader.cli import demo as demo_command
from grader.cli import doctor as doctor_command
from grader.cli import generate as generate_command
from grader.cli import grade as grade_command
from grader.cli import report as report_command
from grader.cli.console import UsageError
from grader.cli.grade_options import GradeOptions
from grader.course import Course, CourseError, find_course
from grader.encodable import take_any_text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A teaching test-suite and autograder for the pieces of a deep-learning training stack.",
)

_STUDENTS, _INSTRUCTORS, _AUTHORS = "Students", "Instructors", "Authors"  # as in README.md

app.add_typer(autograder.app, name="bundle", rich_help_panel=_INSTRUCTORS)
app.add_typer(data.app, name="data", rich_help_panel=_INSTRUCTORS)
app.add_typer(autograde.app, name="autograde", hidden=True)

Device = Annotated[
    str,
    typer.Option(
        metavar="|".join(gpus.NAMES),
        help="where tensors live; `pretend` finds mistakes about devices without a GPU",
    ),
]
GpuShare = Annotated[int, typer.Option(min=1, help="how many submissions may be on one GPU at a time")]
UnitName = Annotated[str | None, typer.Argument(help="a unit, such as 01_softmax")]


@app.command(rich_help_panel=_STUDENTS)
def check(unit: UnitName = None, device: Device = "cpu") -> None:
    """Run the tests on your own work: `pytest`, on one unit or all."""
    raise typer.Exit(student.check(_course(), unit, device))


@app.command(rich_help_panel=_STUDENTS)
def hint(test: str) -> None:
    """Show the hint of a test."""
    raise typer.Exit(student.hint(_course(), test))


@app.command(rich_help_panel=_STUDENTS)
def replay(
    test: str,
    record: Annotated[Path | None, typer.Option(help="replay what this record of a grading saw")] = None,
    submission: Annotated[Path | None, typer.Option(help="the module to run it on")] = None,
    device: Device = "cpu",
) -> None:
    """Run a failed test again on the very example that failed."""
    raise typer.Exit(student.replay(_course(), test, record, submission, device))


@app.command(rich_help_panel=_INSTRUCTORS)
def grade(
    path: Annotated[
        Path, typer.Argument(help="a module, a student's folder, a folder of students, or a zip")
    ],
    unit: Annotated[str | None, typer.Option(help="grade this unit only")] = None,
    out: Annotated[Path, typer.Option(help="folder for records and report")] = Path("graded"),
    jobs: Annotated[int, typer.Option(min=1, help="how many at a time")] = machine.DEFAULT_JOBS,
    tier: Annotated[str | None, typer.Option(help="walls: T1, or T0 for none, by name")] = None,
    secret: Annotated[Path | None, typer.Option(help="file that decides the seeds")] = None,
    roster: Annotated[Path | None, typer.Option(help="CSV with a column id")] = None,
    match: Annotated[str | None, typer.Option(help="regex with a group (?P<student>...)")] = None,
    json: Annotated[bool, typer.Option("--json", help="print the record of a single submission")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what would be graded")] = False,
    substitute: Annotated[
        bool,
        typer.Option(
            "--substitute", help="a unit that joins others gets the answer key for those not complete"
        ),
    ] = False,
    device: Device = "cpu",
    gpu_share: GpuShare = 1,
    regrade: Annotated[
        bool,
        typer.Option("--regrade", help="after a mended suite: grade again beside the records, and compare"),
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help="with --regrade: make that the records")] = False,
) -> None:
    """Grade submissions behind walls, into records and a report.

    Interrupted? Run it again: nothing is graded twice.
    """
    options = GradeOptions(
        *(path, unit, out, jobs, tier, secret, roster, match, json, dry_run, substitute),
        device=device,
        gpu_share=gpu_share,
        regrade=regrade,
        apply=apply,
    )
    raise typer.Exit(grade_command.grade(_course(), options))


@app.command(rich_help_panel=_INSTRUCTORS)
def report(folder: Annotated[Path, typer.Argument(help="a folder that `grader grade` wrote")]) -> None:
    """Write the HTML pages of a graded class."""
    raise typer.Exit(report_command.report(_course_or_none(), folder))


@app.command("export", rich_help_panel=_INSTRUCTORS)
def export_(
    folder: Annotated[Path, typer.Argument(help="a folder that `grader grade` wrote")],
    to: Annotated[str, typer.Option(help=", ".join(export.FORMATS))],
    out: Annotated[Path | None, typer.Option(help="the file to write (default: in FOLDER)")] = None,
    student: Annotated[str | None, typer.Option(help="only this student's")] = None,
    unit: Annotated[str | None, typer.Option(help="only this unit's")] = None,
    roster: Annotated[
        Path | None, typer.Option(help="CSV with a column id: names, e-mails, due dates")
    ] = None,
    gradebook: Annotated[Path | None, typer.Option(help="canvas: the gradebook that Canvas exported")] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="UNIT=NAME", help="canvas: a unit's column, by name or id")
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="canvas: convert to the column's points possible")
    ] = False,
    bonus: Annotated[bool, typer.Option(help="whether the bonus is in the score")] = True,
    visibility: Annotated[str, typer.Option(help="gradescope: when students see public tests")] = "visible",
    out_of: Annotated[int | None, typer.Option(min=1, help="classroom50: another maximum")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace a file that is not ours")] = False,
    course: Annotated[
        Path | None, typer.Option(help="nbgrader: its course, the folder with nbgrader_config.py")
    ] = None,
    submissions: Annotated[
        Path | None, typer.Option(help="nbgrader: what was graded, where it did not come through nbgrader")
    ] = None,
) -> None:
    """Hand grades on: csv, Canvas, Gradescope, Classroom 50, nbgrader.

    The csv has nbgrader's columns; `--to nbgrader` enters scores and feedback into its gradebook.
    """
    options = export.ExportOptions(
        *(
            folder,
            to,
            out,
            student,
            unit,
            roster,
            gradebook,
            column or (),
            scale,
            bonus,
            visibility,
            out_of,
            force,
            course,
            submissions,
        )
    )
    raise typer.Exit(export.export(options))


@app.command("release", rich_help_panel=_INSTRUCTORS)
def release_(
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
    raise typer.Exit(release.release(_course(), folder, nbgrader=nbgrader, notebooks=notebooks))


@app.command(rich_help_panel=_AUTHORS)
def derive(
    check: Annotated[
        bool, typer.Option("--check", help="write nothing: only check that they are as derived")
    ] = False,
) -> None:
    """Write the course's stubs and pictures anew from the answer keys."""
    raise typer.Exit(generate_command.generate(_course(), check=check))


@app.command(rich_help_panel=_AUTHORS)
def audit(
    unit: UnitName = None,
    seeds: Annotated[int, typer.Option(min=1, help="under how many seeds the wheats have to pass")] = 3,
    chaff_seeds: Annotated[int, typer.Option(min=1, help="under how many the chaffs have to fail")] = 1,
    jobs: Annotated[int, typer.Option(min=1)] = machine.DEFAULT_JOBS,
    focused: Annotated[
        bool,
        typer.Option(
            "--focused",
            help="faster: a chaff is done with when a test has noticed it, the others train once",
        ),
    ] = False,
    out: Annotated[Path, typer.Option(help="folder for kill matrices")] = Path("audit"),
    device: Device = "cpu",
    gpu_share: GpuShare = 1,
) -> None:
    """Measure a suite: variants have to pass, misconceptions to fail."""
    raise typer.Exit(
        author.audit(
            _course(), unit, seeds, chaff_seeds, jobs, focused, out, device=device, gpu_share=gpu_share
        )
    )


@app.command(rich_help_panel=_AUTHORS)
def calibrate(
    unit: Annotated[str, typer.Argument(help="a unit with thresholds.toml, such as 10_training")],
    dataset: Annotated[str, typer.Option(help="what to train on")] = "digits",
    device: Annotated[str, typer.Option(help="where")] = "cpu",
    runs: Annotated[int, typer.Option(min=1, help="how many runs of the answer key")] = 688,
    jobs: Annotated[int, typer.Option(min=1)] = machine.DEFAULT_JOBS,
) -> None:
    """Train the answer key under many seeds; write the thresholds."""
    raise typer.Exit(author.calibrate(_course(), unit, dataset, device, runs, jobs))


@app.command(rich_help_panel=_INSTRUCTORS)
def doctor() -> None:
    """What this machine offers: walls, versions, a GPU."""
    raise typer.Exit(doctor_command.doctor())


@app.command(rich_help_panel=_INSTRUCTORS)
def demo(
    out: Annotated[Path, typer.Option(help="folder for the class and its report")] = Path("demo-class"),
    jobs: Annotated[int, typer.Option(min=1)] = machine.DEFAULT_JOBS,
    tier: Annotated[str | None, typer.Option(help="walls: T1, or T0 for none, by name")] = None,
    unit: Annotated[str | None, typer.Option(help="only this unit")] = None,
) -> None:
    """Grade a bundled class and write its report."""
    raise typer.Exit(demo_command.demo(_course(), out, jobs, tier, unit))


def _course() -> Course:
    return find_course()


def _course_or_none() -> Course | None:
    try:
        return find_course()
    except CourseError:
        return None


def main() -> None:
    """Entry of the console script. What went wrong is said in a sentence, with exit status 2."""
    from grader.files import FilesError
    from grader.judge.client import JudgeFault

    take_any_text(sys.stdout, sys.stderr)
    try:
        app()
    except (CourseError, FilesError, UsageError) as error:
        print(f"grader: {error}", file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("grader."):
            raise
        print(f"grader: a students' bundle has no {error.name}, which this needs", file=sys.stderr)
        sys.exit(2)
    except JudgeFault as fault:
        print(f"grader: the suite could not be run: {fault}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print(
            "grader: interrupted; what is graded is kept, and the same command goes on there", file=sys.stderr
        )
        sys.exit(130)


if __name__ == "__main__":
    main()
