"""Records into the gradebook of a course of nbgrader, where formgrader shows them.

It is nbgrader's own autograding, but for the step that runs the notebook: in its place the cells that check a function
are given what the record says, as outputs. Scores, comments, time stamps and penalties for being late are then
nbgrader's affair as ever, and so are grades that a person gave there, which stay. Stretch goes in as extra credit.
"""

from __future__ import annotations

import html
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.files import as_json, write_atomically
from grader.intake.submission.notebook_reader import NotebookError
from grader.outputs.export.grades import Grades, Named
from grader.outputs.export.overwriting import ExportError
from grader.outputs.nbgrader.by_hand import Given, enter_by_hand
from grader.outputs.nbgrader.course import CONFIG, NbgraderError, nbgrader_in, nbgrader_is_there
from grader.outputs.nbgrader.readable import copy_readable
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
_GIVEN = "nbgrader.json"  # what was given as extra credit and by hand, so that what others gave is told apart


@dataclass
class Entered:
    """What happened. refused: (student, unit) → why; kept: (student, unit) and what somebody has changed by hand.

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

    folder: of the grading, which also keeps what was given as extra credit and by hand
    bonus:  whether stretch counts as extra credit
    rubrics: shown, in formgrader and in feedback, with the cells that a person grades

    A submission has to be there as a notebook, in submitted/STUDENT/UNIT. Raises ExportError when nbgrader, or its
    course, is not there.
    """
    if not nbgrader_is_there():
        raise ExportError("nbgrader is not installed: pip install -c constraints.txt nbgrader")
    if not (course / CONFIG).exists():
        raise ExportError(f"{course} is no course of nbgrader: there is no {CONFIG} in it")
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
        write_atomically(folder / _GIVEN, as_json(given))
    return result


def _read_given(file: Path) -> Given:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _from_records(records: Mapping[Named, ReportedRecord], rubrics: Mapping[tuple[str, str], Rubric]) -> type:
    """The step that takes the place of running a notebook."""
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
    """The step that enters what a person gave in the worksheet, and what was earned beyond the cells' points."""
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
    """What the cell that checks the function shows; the last output is what nbgrader takes the points from.

    nbgrader takes a number for partial credit, but 0 for full marks: nothing earned is told by an error.
    """
    from nbformat.v4 import new_output

    tests = [t for t in record.tests if t.function == function]
    told = new_output("display_data", data={"text/html": _as_html(tests), "text/plain": _as_text(tests)})
    if worth is None:
        return [told]
    points = _points([t for t in tests if t.band != "stretch"], worth)
    if points > 0:
        return [told, new_output("execute_result", data={"text/plain": f"{points:g}"}, execution_count=1)]
    text = f"0 of {worth:g} points"
    return [told, new_output("error", ename="NoPoints", evalue=text, traceback=[f"{function}: {text}"])]


def _shown(rubric: Rubric) -> Any:
    from nbformat.v4 import new_output

    rows = "".join(
        f"<tr><td>{html.escape(c.text)}</td><td>{c.points}</td><td>{html.escape(c.earns)}</td></tr>"
        for c in rubric.criteria
    )
    head = "<tr><th>To look for</th><th>Points</th><th>Earns it</th></tr>"
    text = "\n".join(f"{c.points}: {c.text}" for c in rubric.criteria)
    return new_output("display_data", data={"text/html": f"<table>{head}{rows}</table>", "text/plain": text})


def _points(tests: list[TestResult], worth: float) -> float:
    points = recorded_points(tests)
    return scale_points(int(points.earned), points.possible, int(worth))


def _as_text(tests: list[TestResult]) -> str:
    return "\n".join(f"{'✓' if t.passed else '✗'} {t.title}" for t in tests)


def _as_html(tests: list[TestResult]) -> str:
    """Escaped: what a submission returned is in the messages."""
    rows = []
    for test in tests:
        words = f"<b>{'✓' if test.passed else '✗'}</b> {html.escape(test.title)}"
        if not test.passed and test.outcome is not Outcome.SKIPPED:
            words += f"<pre>{html.escape(test.message or in_words(test.outcome))}</pre>"
            if test.counterexample:
                words += f"The smallest example found:<pre>{html.escape(test.counterexample)}</pre>"
            if test.hint:
                words += f"Hint: {html.escape(test.hint)}"
        rows.append(f"<li>{words}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _autograded(api: Any, record: ReportedRecord) -> str:
    """Have nbgrader take the submission in; why it did not, "" when it did. The current folder is its course."""
    handed_in = Path(api.coursedir.submitted_directory) / record.student / record.unit
    if not any(handed_in.glob("*.ipynb")):
        return f"there is no notebook in {handed_in.absolute()}: nbgrader grades notebooks alone"
    if why := _refused(api, record):
        with tempfile.TemporaryDirectory(prefix="grader-readable-") as scratch:
            try:
                copy_readable(handed_in, Path(scratch) / record.student / record.unit)
            except (OSError, NotebookError):
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
    told = "\n".join([result.get("log") or "", result.get("error") or ""]).splitlines()
    return f"nbgrader refused: {_last_words(told) or 'without a word'}"


def _last_words(told: Sequence[str]) -> str:
    """The line that says what went wrong: the last error that does not merely point to another, above it."""
    lines = [line.strip() for line in told if line.strip()]
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
