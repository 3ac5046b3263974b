"""The results of a search, sorted out: who the students are, and which of several files counts."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from grader.encodable import shown
from grader.intake.apart.client import apart
from grader.intake.discovery.attribution import Naming, is_name
from grader.intake.discovery.classes import Search
from grader.intake.discovery.findings import Finding, Kind
from grader.intake.discovery.roster import Roster
from grader.intake.discovery.search_results import Candidate, UnnamedFinding
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import Helpers, find_helpers, stays_inside
from grader.intake.submission.reading import errors_of, is_notebook, module_text, read_cells
from grader.intake.submission.submission import Submission

_MOST_NAMED = 10  # files, in findings on one student


class Sorting:
    """Turns the results of a search into submissions and findings."""

    def __init__(self, search: Search, roster: Roster | None) -> None:
        self._search = search
        self._results = results = search.results
        self._units = search.scope.units
        self._roster = roster
        whos = [c.who for c in (*results.candidates, *results.loose)]
        self._naming = Naming([*whos, *(f.who for f in results.findings if f.who)], roster)
        self._findings: list[Finding] = []
        self._submissions: list[Submission] = []

    def result(self) -> tuple[list[Submission], list[Finding]]:
        """Return the submissions, by student and then in the units' order, and what else was found."""
        groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in self._results.candidates:
            groups[self._naming.key(candidate.who), candidate.unit].append(candidate)
        beside = self._add_loose(groups)
        for group in groups.values():
            self._decide(group)
        used = {file for submission in self._submissions for file in submission.files}
        self._leftovers([c for c in beside if c.module not in used])
        for finding in self._results.findings:
            if not (finding.unless_used and finding.path in used):
                self._name(finding)
        self._missing()
        order = list(self._units)
        self._submissions.sort(key=lambda s: (s.student, order.index(s.unit)))
        return self._submissions, self._findings

    def _add_loose(self, groups: dict[tuple[str, str], list[Candidate]]) -> list[Candidate]:
        """Count files that name no unit if they are all that a student sent; return the others."""
        named = set(groups)
        beside = []
        for candidate in self._results.loose:
            key = (self._naming.key(candidate.who), candidate.unit)
            if key in named:
                beside.append(candidate)
            else:
                groups[key].append(candidate)
        return beside

    def _decide(self, group: list[Candidate]) -> None:
        group = [c for c in group if self._has_name(c)]
        if len(group) > 1:
            group = self._choose(group)
        for candidate in group:
            self._grade(candidate)

    def _has_name(self, candidate: Candidate) -> bool:
        label = candidate.who.labels[0]
        where = self._results.where(candidate.module)
        student = self._naming.student(candidate.who)
        if student is None:
            self._note(
                "not_in_roster",
                candidate,
                f"{where} is from {shown(label)!r}, who is not in the roster (or is there more than once): not "
                "graded. Add this spelling to the aliases of a student, or name the students with --match.",
            )
            return False
        if not is_name(student):
            self._note(
                "unmatched",
                candidate,
                f"{where}: the student's name is empty or holds unprintable characters, so it is not graded. "
                "Rename it, or name the students with --match.",
            )
            return False
        return True

    def _choose(self, group: list[Candidate]) -> list[Candidate]:
        """Return the newest of Canvas's resubmissions of one file; else none of them."""
        uploads = [c.who.upload for c in group]
        known = [u for u in uploads if u is not None]
        student = shown(self._naming.student(group[0].who))
        unit = group[0].unit
        if len(known) == len(group) == len(set(known)) and len({name for name, _ in known}) == 1:
            group = sorted(group, key=lambda c: c.who.upload or ("", 0))
            *older, newest = group
            for candidate in older:
                self._note(
                    "duplicate",
                    candidate,
                    f"{self._results.where(candidate.module)}: {student} handed in {unit} again. The newest, "
                    f"{self._results.where(newest.module)}, is graded instead.",
                )
            return [newest]
        if (own := self._in_own_folder(group)) is not None:
            for candidate in (c for c in group if c is not own):
                self._note(
                    "duplicate",
                    candidate,
                    f"{self._results.where(candidate.module)} seems to be {student}'s {unit}, too, and lies among "
                    f"somebody else's files. {self._results.where(own.module)} is graded. If the former counts, remove "
                    "the latter.",
                )
            return [own]
        for candidate in group[:_MOST_NAMED]:
            named = [self._results.where(c.module) for c in group if c is not candidate]
            others = ", ".join(named[:_MOST_NAMED]) + (" and more" if len(named) > _MOST_NAMED else "")
            self._note(
                "duplicate",
                candidate,
                f"{self._results.where(candidate.module)}: {student} has handed in {unit} more than once (also "
                f"{others}), so none is graded. Keep the one that counts and remove the others.",
            )
        return []

    def _in_own_folder(self, group: list[Candidate]) -> Candidate | None:
        """Return the only one in its student's own folder of the class: a folder in another's may have any name."""
        own = [
            candidate
            for candidate in group
            if (whose := self._results.owner_of_place(candidate.module)) is not None
            and self._naming.key(whose) == self._naming.key(candidate.who)
        ]
        return own[0] if len(own) == 1 else None

    def _grade(self, candidate: Candidate) -> None:
        student = self._naming.student(candidate.who)
        assert student is not None
        where = self._results.where(candidate.module)
        try:
            with errors_of(candidate.module):
                submission = self._submission(candidate, student)
        except SubmissionError as error:
            self._note("unreadable", candidate, f"{where} is not graded: {error}")
            return
        self._submissions.append(submission)
        if submission.late:
            self._note("late", candidate, f"{where} was handed in late. It is graded, and marked as late.")

    def _submission(self, candidate: Candidate, student: str) -> Submission:
        others = [*self._units, *self._units.values()]
        files, left_out = apart(_read, candidate.module, candidate.root, others)
        for reason in left_out[:_MOST_NAMED]:
            self._note(
                "unreadable",
                candidate,
                f"{self._results.where(candidate.module)} is graded without a file beside it: {shown(reason)}.",
            )
        module = candidate.module
        return Submission(
            student, candidate.unit, module, files, candidate.who.late, candidate.root or module.parent
        )

    def _leftovers(self, beside: list[Candidate]) -> None:
        for candidate in beside:
            self._note(
                "unmatched",
                candidate,
                f"{self._results.where(candidate.module)} came with the module of {candidate.unit} and names no unit: "
                "it is not used.",
            )

    def _missing(self) -> None:
        if self._roster is None or not self._search.whole_class:
            return
        heard_of = {s.student for s in self._submissions} | {f.student for f in self._findings}
        wanted = self._search.scope.only_unit or "any unit"
        for student in self._roster:
            if student.id not in heard_of:
                name = f" ({student.name})" if student.name else ""
                text = f"Nothing from {student.id}{name} was found for {wanted}."
                self._findings.append(Finding("missing", None, student.id, shown(text)))

    def _note(self, kind: Kind, candidate: Candidate, text: str) -> None:
        self._name(UnnamedFinding(kind, candidate.module, candidate.who, text))

    def _name(self, finding: UnnamedFinding) -> None:
        """Keep a finding with the name of its student, if there is one that can be shown."""
        student = None
        if finding.who is not None:
            student = self._naming.student(finding.who) or finding.who.labels[0].strip()
            student = student if is_name(student) else None
        self._findings.append(Finding(finding.kind, finding.path, student, finding.text))


def _read(
    module: Path, root: Path | None, not_helpers: list[str]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Return the files of a submission, and sentences on those that were left out, in the reading process.

    It reads everything, so that what can't be read or is too large is a finding. Raises SubmissionError.
    """
    if not stays_inside(module, root or module.parent) or (root is None and module.is_symlink()):
        raise SubmissionError("it is a link that leads out of the student's folder, or nowhere.")
    helpers = Helpers() if root is None else find_helpers(module, root, not_helpers=not_helpers)
    files = (module, *helpers.files)
    Submission("", "", module, files, root=root or module.parent).sha256()
    if is_notebook(module):
        module_text(module, read_cells(module), ())
    return files, helpers.left_out
