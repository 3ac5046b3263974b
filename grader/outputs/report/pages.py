"""The pages of a graded class, rendered from its records.

All content of a record is untrusted: a name or a message may be HTML. The templates escape it, and a policy in each
page's head forbids scripts and anything from elsewhere, should an escape ever be missed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.files import write_atomically
from grader.outputs.report import class_statistics, manual_points
from grader.outputs.report.feedback import feedback_on
from grader.outputs.report.rubrics import WORKSHEET, Rubric, noted_rubrics
from grader.outputs.report.worksheet import Answer, answers_to, merged
from grader.outputs.report.worksheet_file import read_sheet
from grader.records import curves
from grader.records.graded_class import GradedClass, ReportError, StudentRecords, read_class
from grader.records.outcomes import Outcome
from grader.records.words import in_words
from grader.spreadsheet import figures

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_NO_JINJA = 'the report needs jinja2, which is not installed: pip install "grader[instructor]"'

# Characters that do not show, or turn the text around them: control characters, lone halves of surrogate
# pairs (they can't be written as UTF-8), and the marks that override the direction of writing.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r\n?")

# What an index says of a run that goes on: see base.html and run.html. A record's text can't look like it, because
# it is escaped.
_RELOAD = re.compile('<meta http-equiv="refresh"[^>]*>\n')
_RUN = re.compile("<!-- run -->.*<!-- end of run -->\n", re.DOTALL)


@dataclass(frozen=True)
class RunState:
    """The progress of a run of `grader grade` when pages are written in the middle of it.

    done:    the submissions, of `total`, that the run was through with
    at:      the time of day, to be shown
    stopped: the run ended before it was through, and pages say so instead of being loaded again and again
    """

    done: int
    total: int
    at: str
    stopped: bool = False


def write_report(
    folder: Path,
    *,
    run: RunState | None = None,
    changed_since: float = 0,
    tell: Callable[[str], None] = lambda text: None,
) -> Path:
    """Write the pages of the class that was graded into `folder`; return folder/report/index.html.

    Each folder records/NAME gets a page students/NAME.html; pages of students who have no record any more are deleted.
    With `run`, the class may have no records yet, and the worksheet is left alone, as somebody may be filling it in.

    changed_since: seconds since the epoch; students whose records are older keep the page that they have

    Rubrics of units among the records add worksheet.html and folder/worksheet.csv. tell(text) is called for each row of
    the worksheet that can't be counted. Raise ReportError when there are no records, when the worksheet can't be read,
    or when jinja2 is missing.
    """
    environment = _environment()
    rubrics, written = noted_rubrics(folder), read_sheet(folder / WORKSHEET)
    graded = manual_points.with_worksheet(read_class(folder, may_be_empty=run is not None), rubrics, written)
    report = folder / "report"
    page = environment.get_template("student.html")
    for student in graded.students:
        place = report / "students" / f"{student.folder}.html"
        if place.exists() and not _has_changed(folder, student, changed_since):
            continue
        records = [student.records[u] for u in sorted(student.records)]
        text = page.render(
            graded=graded,
            student=student,
            sum=class_statistics.sum_of(student),
            feedback=[feedback_on(r) for r in records],
            about=class_statistics.circumstances(records),
        )
        _replace(place, text)
    _remove_stale(report / "students", (s.folder for s in graded.students))
    index = report / "index.html"
    records = class_statistics.graded_records(graded)
    sheet = [(r, answers_to(r, graded)) for r in rubrics if r.unit in graded.units]
    if sheet and not run:
        text = merged(written, manual_points.place(written, graded, rubrics), sheet)
        _write_worksheet(environment, folder, graded, sheet, text)
    text = environment.get_template("index.html").render(
        graded=graded,
        about=class_statistics.circumstances(graded.records),
        sums={s.folder: class_statistics.sum_of(s) for s in graded.students},
        not_graded=class_statistics.not_graded(graded),
        graded_count=len(records),
        ungraded=len(graded.records) - len(records),
        findings=class_statistics.findings_by_kind(graded),
        units=class_statistics.unit_statistics(graded),
        hardest=class_statistics.hardest_tests(graded),
        functions=class_statistics.functions(graded),
        outcomes=class_statistics.outcome_counts(graded),
        misconceptions=class_statistics.misconceptions(graded),
        worksheet=bool(sheet) and (report / "worksheet.html").exists(),
        run=run,
    )
    _replace(index, text)
    for finding in graded.findings:
        if finding.kind in (manual_points.WRONG, manual_points.STRAY):
            tell(f"{folder / finding.path}, {finding.text}")
    return index


def mark_stopped(folder: Path, run: RunState) -> bool:
    """Have an index that was written in the middle of a run say that the run has ended; all else stays as it is.

    Return False if there is no such index. Raise ReportError when jinja2 is missing.
    """
    index = folder / "report" / "index.html"
    if not (index.exists() and _RELOAD.search(text := index.read_text(encoding="utf-8"))):
        return False
    note = _environment().get_template("run.html").render(run=run)
    _replace(index, _RUN.sub(lambda _: note, _RELOAD.sub("", text)))
    return True


def _has_changed(folder: Path, student: StudentRecords, since: float) -> bool:
    files = (folder / "records" / student.folder).glob("*.json")
    return max((f.stat().st_mtime for f in files), default=since) >= since


def _write_worksheet(
    environment: Environment,
    folder: Path,
    graded: GradedClass,
    sheet: list[tuple[Rubric, list[Answer]]],
    text: str,
) -> None:
    _replace(folder / WORKSHEET, text)
    page = environment.get_template("worksheet.html").render(graded=graded, sheet=sheet, csv=WORKSHEET)
    _replace(folder / "report" / "worksheet.html", page)


@functools.cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise ReportError(_NO_JINJA) from None
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["link"] = lambda name: quote(name, errors="replace")
    environment.filters["figures"] = figures
    environment.filters["curves"] = curves.curves_of
    environment.globals["WIDTH"], environment.globals["HEIGHT"] = curves.WIDTH, curves.HEIGHT
    environment.globals["NOT_WRITTEN"] = in_words(Outcome.NOT_IMPLEMENTED)
    return environment


def _replace(path: Path, text: str) -> None:
    """Replace a page in one step. Without fsync: pages can be written again at any time."""
    shown = _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", _LINE_END.sub("\n", text))
    write_atomically(path, shown, private=True, durable=False)


def _remove_stale(students: Path, current: Iterable[str]) -> None:
    keep = {f"{folder}.html" for folder in current}
    for page in students.glob("*.html"):
        if page.name not in keep:
            page.unlink()
