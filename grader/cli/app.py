"""`grader`: one command for students, instructors and authors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import data, instructor, student
from grader.course import Course, CourseError, find_course

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A teaching test-suite and autograder for the pieces of a deep-learning training stack.",
)

app.add_typer(data.app, name="data")

UnitName = Annotated[str | None, typer.Argument(help="a unit, such as 01_softmax")]


@app.command()
def check(unit: UnitName = None) -> None:
    """Run the tests on your own work: the same as `pytest`, for one unit or all."""
    raise typer.Exit(student.check(_course(), unit))


@app.command()
def hint(test: str) -> None:
    """Show the hint of a test."""
    raise typer.Exit(student.hint(_course(), test))


@app.command()
def replay(
    test: str,
    record: Annotated[Path | None, typer.Option(help="replay what this record of a grading saw")] = None,
    submission: Annotated[Path | None, typer.Option(help="the module to run it on")] = None,
) -> None:
    """Run a failed test again on the very example that failed."""
    raise typer.Exit(student.replay(_course(), test, record, submission))


@app.command()
def grade(
    path: Annotated[
        Path, typer.Argument(help="a module, a student's folder, a folder of students, or a zip")
    ],
    unit: Annotated[str | None, typer.Option(help="grade this unit only")] = None,
    out: Annotated[Path, typer.Option(help="folder for records and report")] = Path("graded"),
    jobs: Annotated[int, typer.Option(min=1, help="how many at a time")] = instructor.DEFAULT_JOBS,
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
) -> None:
    """Grade submissions behind walls. Interrupted? Run it again: nothing is graded twice."""
    options = instructor.GradeOptions(
        path, unit, out, jobs, tier, secret, roster, match, json, dry_run, substitute
    )
    raise typer.Exit(instructor.grade(_course(), options))


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="a folder that `grader grade` wrote")]) -> None:
    """Write the HTML pages of a graded class."""
    raise typer.Exit(instructor.report(folder))


@app.command()
def release(
    folder: Annotated[Path, typer.Argument(help="where the students' bundle goes")],
    update_stubs: Annotated[
        bool, typer.Option("--stubs", help="only write this course's stubs and pictures anew")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="only check that these are as derived")] = False,
    nbgrader: Annotated[
        Path | None,
        typer.Option(help="also write a course of nbgrader, with its gradebook, into this folder"),
    ] = None,
    notebooks: Annotated[
        bool, typer.Option(help="put notebooks into the bundle, which needs nbgrader")
    ] = True,
) -> None:
    """Make the students' bundle: stubs, notebooks, handouts and public tests, without the answers."""
    code = instructor.release(
        _course(), folder, update_stubs=update_stubs, check=check, nbgrader=nbgrader, notebooks=notebooks
    )
    raise typer.Exit(code)


@app.command()
def audit(
    unit: UnitName = None,
    seeds: Annotated[int, typer.Option(min=1, help="under how many seeds the wheats have to pass")] = 3,
    chaff_seeds: Annotated[int, typer.Option(min=1, help="under how many the chaffs have to fail")] = 1,
    jobs: Annotated[int, typer.Option(min=1)] = instructor.DEFAULT_JOBS,
    out: Annotated[Path, typer.Option(help="folder for kill matrices")] = Path("audit"),
) -> None:
    """Measure how good the suite is: correct variants have to pass, misconceptions have to fail."""
    raise typer.Exit(instructor.audit(_course(), unit, seeds, chaff_seeds, jobs, out))


@app.command()
def calibrate(
    unit: Annotated[str, typer.Argument(help="a unit with thresholds.toml, such as 10_training")],
    dataset: Annotated[str, typer.Option(help="what to train on")] = "digits",
    device: Annotated[str, typer.Option(help="where")] = "cpu",
    runs: Annotated[int, typer.Option(min=1, help="how many runs of the answer key")] = 688,
    jobs: Annotated[int, typer.Option(min=1)] = instructor.DEFAULT_JOBS,
) -> None:
    """Run the answer key under many seeds, and write the thresholds that follow."""
    raise typer.Exit(instructor.calibrate(_course(), unit, dataset, device, runs, jobs))


@app.command()
def doctor() -> None:
    """What this machine offers: walls, versions, a GPU."""
    raise typer.Exit(instructor.doctor())


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="folder for the class and its report")] = Path("demo-class"),
    jobs: Annotated[int, typer.Option(min=1)] = instructor.DEFAULT_JOBS,
    tier: Annotated[str | None, typer.Option(help="walls: T1, or T0 for none, by name")] = None,
    unit: Annotated[str | None, typer.Option(help="only this unit")] = None,
) -> None:
    """Grade a bundled class and write its report."""
    raise typer.Exit(instructor.demo(_course(), out, jobs, tier, unit))


def _course() -> Course:
    return find_course()


def main() -> None:
    """Entry of the console script. What went wrong is said in a sentence, with exit status 2."""
    from grader.classroom.files import FilesError
    from grader.judge.client import JudgeFault

    try:
        app()
    except (CourseError, FilesError, instructor.UsageError) as error:
        print(f"grader: {error}", file=sys.stderr)
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
