"""Enter records into the gradebook of a course of nbgrader, where formgrader shows them.

This is nbgrader's own autograding, except for the step that runs the notebook: each cell that checks a function gets
the record's results as its outputs instead. Scores, comments, time stamps and late penalties are nbgrader's as ever,
and grades that a person gave there stay. Stretch goes in as extra credit.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.files import as_json, write_atomically
from grader.outputs.export.grades import Grades, Named
from grader.outputs.export.overwriting import ExportError
from grader.outputs.nbgrader.by_hand import Given, enter_by_hand
from grader.outputs.nbgrader.course import CONFIG, NbgraderError, nbgrader_in, nbgrader_is_there
from grader.outputs.report.rubrics import Rubric
from grader.records.graded_class import ReportedRecord
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.records.scoring import recorded_points, scale_points
from grader.records.words import in_words

if TYPE_CHECKING:
    from nbformat.notebooknode import NotebookNode

_CHECK = "check_"
_ERROR = re.compile(r"[\w.]+(Error|Exception|Missing\w+)\b")  # as the last line of a traceback begins
_GIVEN = "nbgrader.json"  # what was entered as extra credit and by hand, to tell it from what others gave


@dataclass
class Entered:
    """The outcome for each record.

    refused:      (student, unit) → why
    kept:         (student, unit) and what somebody has changed by hand
    without_cell: (student, unit) → questions whose points have no cell in nbgrader's course
    """

    entered: list[Named] = field(default_factory=list)
    refused: dict[Named, str] = field(default_factory=dict)
    kept: list[tuple[Named, str]] = field(default_factory=list)
    without_cell: dict[Named, list[str]] = field(default_factory=dict)


def write_gradebook(
    grades: Grades,
    folder: Path,
    course: Path,
    *,
    bonus: bool = True,
    rubrics: Sequence[Rubric] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Entered:
    """Enter the grades into the gradebook of the nbgrader course at `course`, one submission after the other.

    folder:  of the grading, which also keeps what was entered as extra credit and by hand
    bonus:   whether stretch counts as extra credit
    rubrics: shown, in formgrader and in feedback, with the cells that a person grades

    A submission has to lie there as a notebook, in submitted/STUDENT/UNIT. Raise ExportError where nbgrader is not
    installed, or `course` is not a course of nbgrader.
    """
    if not nbgrader_is_there():
        raise ExportError("nbgrader is not installed: pip install -c constraints.txt nbgrader")
    if not (course / CONFIG).exists():
        raise ExportError(f"{course} is not a course of nbgrader: it has no {CONFIG}")
    from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, SaveAutoGrades

    result = Entered()
    given = _read_given(folder / _GIVEN)
    records = {(r.student, r.unit): r for r in grades.records}
    steps = [
        _from_records(records, {(r.unit, r.name): r for r in rubrics}),
        SaveAutoGrades,
        _by_person_and_bonus(records, given, result, bonus=bonus),
        AssignLatePenalties,  # after the bonus: it may cost all that was earned
        CheckCellMetadata,
    ]
    try:
        with nbgrader_in(course, {"Autograde": {"autograde_preprocessors": steps}}) as api:
            for done, (named, record) in enumerate(records.items(), 1):
                if why := _autograded(api, record):
                    result.refused[named] = why
                else:
                    result.entered.append(named)
                progress(done, len(records))
    except NbgraderError as error:
        raise ExportError(str(error)) from None
    finally:
        write_atomically(folder / _GIVEN, as_json(given), private=True)
    return result


def _read_given(file: Path) -> Given:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _from_records(records: Mapping[Named, ReportedRecord], rubrics: Mapping[tuple[str, str], Rubric]) -> type:
    """Make the step that takes the place of running a notebook."""
    from nbgrader.preprocessors import NbGraderPreprocessor

    class FromRecords(NbGraderPreprocessor):  # type: ignore[misc]
        def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
            about = resources["nbgrader"]
            record = records[about["student"], about["assignment"]]
            for cell in nb.cells:
                name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
                if cell.cell_type == "code" and name.startswith(_CHECK):
                    cell.outputs = _outputs(
                        record, name.removeprefix(_CHECK), cell.metadata["nbgrader"].get("points")
                    )
                    cell.execution_count = 1
                elif rubric := rubrics.get((about["assignment"], name)):
                    cell.outputs = [_shown(rubric)]
            return nb, resources

    return FromRecords


def _by_person_and_bonus(
    records: Mapping[Named, ReportedRecord], given: Given, result: Entered, *, bonus: bool
) -> type:
    """Make the step that enters points from the worksheet, and what was earned beyond the cells' points."""
    from nbgrader.api import Gradebook
    from nbgrader.preprocessors import NbGraderPreprocessor

    class Bonus(NbGraderPreprocessor):  # type: ignore[misc]
        def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
            about = resources["nbgrader"]
            named = about["student"], about["assignment"]
            record = records[named]
            with Gradebook(about["db_url"]) as gradebook:
                extra = float(record.score["stretch"].earned) if bonus else 0.0
                if not _give_extra(gradebook, record, extra, given):
                    result.kept.append(
                        (named, "extra credit that somebody gave in formgrader stays as it is")
                    )
                done = enter_by_hand(gradebook, record, given, bonus=bonus)
                result.kept += [(named, what) for what in done.kept]
                if done.without_cell:
                    result.without_cell[named] = done.without_cell
            return nb, resources

    return Bonus


def _outputs(record: ReportedRecord, function: str, worth: float | None) -> list[Any]:
    """Return the outputs of the cell that checks the function. From the last one nbgrader takes the points.

    nbgrader takes a number for partial credit, but 0 for full marks: an error stands for no points.
    """
    from nbformat.v4 import new_output

    tests = [t for t in record.tests if t.function == function]
    results = new_output("display_data", data={"text/html": _as_html(tests), "text/plain": _as_text(tests)})
    if worth is None:
        return [results]
    points = _points([t for t in tests if t.band != "stretch"], worth)
    if points > 0:
        return [results, new_output("execute_result", data={"text/plain": f"{points:g}"}, execution_count=1)]
    text = f"0 of {worth:g} points"
    return [results, new_output("error", ename="NoPoints", evalue=text, traceback=[f"{function}: {text}"])]


def _shown(rubric: Rubric) -> Any:
    from nbformat.v4 import new_output

    row = Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>")
    rows = Markup("").join(row.format(c.text, c.points, c.earns) for c in rubric.criteria)
    head = Markup("<tr><th>To look for</th><th>Points</th><th>Earns it</th></tr>")
    table = Markup("<table>{}{}</table>").format(head, rows)
    text = "\n".join(f"{c.points}: {c.text}" for c in rubric.criteria)
    return new_output("display_data", data={"text/html": str(table), "text/plain": text})


def _points(tests: list[TestResult], worth: float) -> float:
    points = recorded_points(tests)
    return scale_points(int(points.earned), points.possible, int(worth))


def _as_text(tests: list[TestResult]) -> str:
    return "\n".join(f"{'✓' if t.passed else '✗'} {t.title}" for t in tests)


def _as_html(tests: list[TestResult]) -> str:
    """Return a list of the tests, escaped: messages quote what a submission returned."""
    rows = []
    for test in tests:
        words = Markup("<b>{}</b> {}").format("✓" if test.passed else "✗", test.title)
        if not test.passed and test.outcome is not Outcome.SKIPPED:
            words += Markup("<pre>{}</pre>").format(test.message or in_words(test.outcome))
            if test.counterexample:
                words += Markup("The smallest example found:<pre>{}</pre>").format(test.counterexample)
            if test.clause:
                words += Markup("{}<br>").format(test.clause)
            if test.hint:
                words += Markup("Hint: {}").format(test.hint)
        rows.append(Markup("<li>{}</li>").format(words))
    return str(Markup("<ul>{}</ul>").format(Markup("").join(rows)))


def _autograded(api: Any, record: ReportedRecord) -> str:
    """Have nbgrader grade the submission. Return why it refused, or "". The current folder is its course."""
    from grader.outputs.nbgrader.rewrite import copy_rewritten

    submitted = Path(api.coursedir.submitted_directory) / record.student / record.unit
    if not any(submitted.glob("*.ipynb")):
        return f"there is no notebook in {submitted.absolute()}: nbgrader grades notebooks only"
    if why := _refused(api, record):
        with tempfile.TemporaryDirectory(prefix="grader-rewritten-") as scratch:
            try:
                copy_rewritten(submitted, Path(scratch) / record.student / record.unit)
            except Exception:  # nobody can list what unvetted folders and files make it raise
                return why
            before, api.coursedir.submitted_directory = api.coursedir.submitted_directory, scratch
            try:
                return why if _refused(api, record) else ""
            finally:
                api.coursedir.submitted_directory = before
    return ""


def _refused(api: Any, record: ReportedRecord) -> str:
    result = api.autograde(record.unit, record.student, force=True, create=True)
    if result["success"]:
        return ""
    log = "\n".join([result.get("log") or "", result.get("error") or ""]).splitlines()
    return f"nbgrader refused: {_reason(log) or 'it gave no reason'}"


def _reason(log: Sequence[str]) -> str:
    """Return the line that says what went wrong: the last error that does not merely point to one above it."""
    lines = [line.strip() for line in log if line.strip()]
    errors = [line for line in lines if _ERROR.match(line) and "above" not in line]
    return (errors or lines or [""])[-1]


def _give_extra(gradebook: Any, record: ReportedRecord, extra: float, given: Given) -> bool:
    """Give the bonus, with the unit's last graded check. False when somebody has given other extra credit there."""
    key = f"{record.student}/{record.unit}"
    submission = gradebook.find_submission(record.unit, record.student)
    checks = [g for notebook in submission.notebooks for g in notebook.grades if g.name.startswith(_CHECK)]
    if not checks:
        return True
    last = max(checks, key=lambda g: _place(record, g.name))
    theirs = float(last.extra_credit or 0.0)
    if theirs not in (0.0, given.get(key, 0.0)):
        return False
    if extra or theirs:
        last.extra_credit = extra
        gradebook.db.commit()
    given[key] = extra
    return True


def _place(record: ReportedRecord, check: str) -> int:
    name = check.removeprefix(_CHECK)
    return record.functions.index(name) if name in record.functions else -1
