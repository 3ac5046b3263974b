"""`grader export`: the grades of a class, in the formats of those who keep them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.console import UsageError, progress_bar
from grader.cli.parameters import GradedFolder
from grader.encodable import shown
from grader.files import as_json
from grader.intake.discovery.roster import Roster, RosterError
from grader.intake.errors import UnreadableError
from grader.temporary import temporary_folder

if TYPE_CHECKING:
    from grader.course import Course
    from grader.outputs.export import Grades

FORMATS = {
    "csv": "grades.csv",
    "canvas": "canvas.csv",
    "gradescope": "results.json",
    "classroom50": "result.json",
    "nbgrader": "",
}


@dataclass(frozen=True)
class ExportOptions:
    """The options of `grader export`."""

    folder: Path
    to: str
    out: Path | None = None
    student: str | None = None
    unit: str | None = None
    roster: Path | None = None
    gradebook: Path | None = None
    columns: Sequence[str] = ()
    scale: bool = False
    bonus: bool = True
    visibility: str = "visible"
    out_of: int | None = None
    force: bool = False
    course: Path | None = None
    submissions: Path | None = None


def export(
    folder: GradedFolder,
    to: Annotated[str, typer.Option(help=", ".join(FORMATS))],
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
    options = ExportOptions(
        folder,
        to,
        out=out,
        student=student,
        unit=unit,
        roster=roster,
        gradebook=gradebook,
        columns=column or (),
        scale=scale,
        bonus=bonus,
        visibility=visibility,
        out_of=out_of,
        force=force,
        course=course,
        submissions=submissions,
    )
    raise typer.Exit(_export(options))


def _export(options: ExportOptions) -> int:
    """Write the grades in one format. Return 0 when all went out, 1 when some could not."""
    from grader.outputs.export import ExportError, read_grades, write_export

    if options.to not in FORMATS:
        raise UsageError(f"--to is one of {', '.join(FORMATS)}, not {options.to}")
    try:
        _note_rubrics(options.folder)
        grades = read_grades(options.folder).only(options.student, options.unit)
        for (student, unit), why in grades.withheld.items():
            _warn(f"NOT EXPORTED: {student}, {unit}: {why}")
        for text in grades.uncounted:
            _warn(f"NOT COUNTED: {text}")
        for text in grades.provisional():
            _warn(text)
        if not grades.records:
            if grades.withheld:
                return 1
            raise UsageError("there are no grades of that student and unit")
        if options.to == "nbgrader":
            return _into_gradebook(grades, options)
        target = options.out or options.folder / FORMATS[options.to]
        roster = Roster.read(options.roster) if options.roster else None
        text, left_out = _text(grades, options, roster)
        write_export(options.folder, target, text, force=options.force)
    except (ExportError, RosterError) as error:
        raise UsageError(str(error)) from None
    print(f"Wrote {target}")
    return 1 if grades.withheld or grades.uncounted or left_out else 0


def _note_rubrics(folder: Path) -> None:
    """Keep the course's rubrics beside the records, where no report has done so."""
    from grader.course import CourseError, find_course
    from grader.outputs.export import ExportError
    from grader.outputs.report import ReportError, note_rubrics
    from grader.outputs.report.rubrics import NOTED

    if (folder / NOTED).exists():
        return
    try:
        note_rubrics(folder, {u.name: u.tests for u in find_course().units.values()})
    except CourseError:
        return  # exports need no course
    except ReportError as error:
        raise ExportError(str(error)) from None


def _into_gradebook(grades: Grades, options: ExportOptions) -> int:
    """Enter the grades into nbgrader's gradebook, and print what happened."""
    from grader.course import find_course
    from grader.outputs.nbgrader import nbgrader_is_there
    from grader.outputs.nbgrader.gradebook import write_gradebook
    from grader.outputs.report import noted_rubrics

    if options.course is None:
        raise UsageError("nbgrader needs --course DIR, the folder with its nbgrader_config.py")
    if not nbgrader_is_there():
        raise UsageError("nbgrader is not installed: pip install -c constraints.txt nbgrader")
    course = find_course()
    rubrics = noted_rubrics(options.folder)
    if options.submissions:
        _submit(course, grades, options)
    with progress_bar("entering") as advance:
        done = write_gradebook(
            grades, options.folder, options.course, bonus=options.bonus, rubrics=rubrics, progress=advance
        )
    for (student, unit), why in done.refused.items():
        _warn(f"NOT EXPORTED: {student}, {unit}: {why}")
    for (student, unit), what in done.kept:
        _warn(f"{student}, {unit}: {what}")
    for (student, unit), questions in done.without_cell.items():
        _warn(
            f"NOT EXPORTED: {student}, {unit}: points by hand for {', '.join(questions)}: "
            f"{options.course} has no cell to be graded by that name"
        )
    print(f"Entered {len(done.entered)} grades into the gradebook of {options.course}")
    return 1 if grades.withheld or grades.uncounted or done.refused or done.without_cell else 0


def _submit(course: Course, grades: Grades, options: ExportOptions) -> None:
    """Write a notebook into nbgrader's course for each graded submission that has none there yet."""
    from grader.intake.discovery.discover import discover
    from grader.outputs.nbgrader.submit import submit

    assert options.submissions and options.course
    graded = {(r.student, r.unit) for r in grades.records}
    with temporary_folder("grader-unpacked-") as scratch:
        try:
            roster = Roster.read(options.roster) if options.roster else None
            units = {u.name: u.module for u in course.units.values()}
            found = discover(options.submissions.resolve(), units, roster=roster, workdir=scratch)
        except (ValueError, UnreadableError) as error:
            raise UsageError(str(error)) from None
        wanted = [s for s in found.submissions if (s.student, s.unit) in graded]
        written = submit(wanted, course, options.course, _warn)
    print(f"Handed over as notebooks: {len(written)}")


def _text(grades: Grades, options: ExportOptions, roster: Roster | None) -> tuple[str, int]:
    """Return the file's text, and the number of grades without a place in it, after a warning for each."""
    if options.to == "csv":
        from grader.outputs.export import nbgrader_csv

        _warn_of_missing(grades, roster)
        return nbgrader_csv(grades, roster, bonus=options.bonus), 0
    if options.to == "canvas":
        return _canvas(grades, options, roster)
    if options.to == "gradescope":
        from grader.outputs.export import gradescope_results

        results = gradescope_results(grades.single(), visibility=options.visibility, bonus=options.bonus)
        return as_json(results), 0
    from grader.outputs.export import classroom50_result

    return as_json(classroom50_result(grades.single(), os.environ, out_of=options.out_of)), 0


def _canvas(grades: Grades, options: ExportOptions, roster: Roster | None) -> tuple[str, int]:
    from grader.outputs.export import Gradebook, canvas_csv

    if options.gradebook is None:
        raise UsageError(
            "Canvas needs --gradebook FILE, the course's own export with the students' ids (in Canvas: Grades, Export)"
        )
    pairs = [c.partition("=") for c in options.columns]
    if wrong := [unit for unit, is_, name in pairs if not (unit and is_ and name)]:
        raise UsageError(f"--column is UNIT=NAME or UNIT=ID, not {wrong[0]}")
    done = canvas_csv(
        grades,
        Gradebook(options.gradebook),
        roster,
        columns={unit: name for unit, _, name in pairs},
        bonus=options.bonus,
        scale=options.scale,
    )
    for unit, column in done.columns.items():
        print(
            f"{unit}: {'column' if column.possible is not None else 'a new column,'} {shown(column.header)}"
        )
    for student, why in done.without_row.items():
        _warn(f"NOT EXPORTED: {student}: {why} in the gradebook. --roster with that student's ids may help")
    for name in done.without_grade:
        _warn(f"no grade for {name}, who is in the gradebook")
    print(
        f"{done.rows} students matched, {len(done.without_row)} graded without a row, "
        f"{len(done.without_grade)} rows without a grade"
    )
    return done.text, len(done.without_row)


def _warn_of_missing(grades: Grades, roster: Roster | None) -> None:
    have = {r.student for r in grades.records} | {student for student, _ in grades.withheld}
    known = {(roster.find(student) or student) for student in have} if roster else set()
    for student in roster or ():
        if student.id not in known:
            _warn(f"no grade for {student.id} {student.name}".rstrip() + ", who is in the roster")
    if roster:
        ids = {s.id for s in roster}
        for name in sorted(have):
            if (roster.find(name) or name) not in ids:
                _warn(f"{name} is not in the roster: exported without name and e-mail")


def _warn(text: str) -> None:
    print(shown(text), file=sys.stderr)
