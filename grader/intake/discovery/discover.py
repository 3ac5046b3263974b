"""Finding submissions: what lies at a path, whose it is and for which unit, and what could not be told.

Nothing is guessed. Each file that looks like work and can't be attributed becomes a Problem that says
what was found and what to do about it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from grader.intake.discovery.attribution import Naming, check_pattern, is_name, match_pattern
from grader.intake.discovery.classes import Search
from grader.intake.discovery.findings import Kind, Problem, shown
from grader.intake.discovery.layouts import Units
from grader.intake.discovery.roster import Roster
from grader.intake.discovery.student_folder import Candidate, Note
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import find_helpers, stays_inside
from grader.intake.submission.submission import Submission, at_its_own_cost

__all__ = ["Discovery", "Problem", "discover", "match_pattern"]


@dataclass(frozen=True)
class Discovery:
    """The submissions to grade, by student and then in the units' order, and what else was found.

    joined: submissions that are not to be graded themselves, for units that join others
    """

    submissions: tuple[Submission, ...]
    problems: tuple[Problem, ...]
    joined: tuple[Submission, ...] = ()


def discover(
    path: Path,
    units: Units,
    *,
    only_unit: str | None = None,
    roster: Roster | None = None,
    match: re.Pattern[str] | None = None,
    student: str | None = None,
    workdir: Path,
) -> Discovery:
    """Find the submissions at `path`: a module, one student's folder, a class of them, a download, a zip.

    `units` maps units to modules ({"01_softmax": "softmax"}) in order; with `only_unit` the others are
    passed over. `match` is searched in paths relative to `path`, with forward slashes; its group
    `student` (and `unit`, `late`) then decides. With `student`, all at `path`, a folder, is that one's,
    whatever the names say. Archives are unpacked into `workdir`, which must stay
    as long as the submissions are needed. Raises ValueError for a path that does not exist, an unknown
    unit and an unusable `match`; what is wrong with the files themselves is a Problem.
    """
    if only_unit is not None and only_unit not in units:
        raise ValueError(f"There is no unit {only_unit!r}. Known: {', '.join(units) or 'none'}.")
    if match is not None:
        check_pattern(match)
    if not path.exists():
        raise ValueError(f"There is nothing at {shown(path)}.")
    search = Search(units, only_unit, roster, workdir)
    search.start(path, match, student)
    return _Sorting(search, roster).result()


class _Sorting:
    """Turns what a search has found into submissions and problems."""

    def __init__(self, search: Search, roster: Roster | None) -> None:
        self.search = search
        self.roster = roster
        whos = [c.who for c in (*search.found, *search.loose)] + [n.who for n in search.notes if n.who]
        self.naming = Naming(whos, roster)
        self.problems: list[Problem] = []
        self.submissions: list[Submission] = []

    def result(self) -> Discovery:
        groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in self.search.found:
            groups[self.naming.key(candidate.who), candidate.unit].append(candidate)
        beside = self._add_loose(groups)
        for group in groups.values():
            self._decide(group)
        used = {file for submission in self.submissions for file in submission.files}
        self._leftovers([c for c in beside if c.module not in used])
        for note in self.search.notes:
            if not (note.unless_used and note.path in used):
                self._tell(note)
        self._missing()
        order = list(self.search.units)
        self.submissions.sort(key=lambda s: (s.student, order.index(s.unit)))
        return Discovery(tuple(self.submissions), tuple(self.problems))

    def _add_loose(self, groups: dict[tuple[str, str], list[Candidate]]) -> list[Candidate]:
        """Files that name no unit count when they are all that a student sent; the others are returned."""
        named = set(groups)
        beside = []
        for candidate in self.search.loose:
            key = (self.naming.key(candidate.who), candidate.unit)
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
        where = self.search.where(candidate.module)
        student = self.naming.student(candidate.who)
        if student is None:
            self._say(
                "not_in_roster",
                candidate,
                f"{where} is from {shown(label)!r}, who is not in the roster (or is there more than once): not "
                "graded. Add this spelling to the aliases of a student, or name the students with --match.",
            )
            return False
        if not is_name(student):
            self._say(
                "unmatched",
                candidate,
                f"{where}: the student's name is empty or holds unprintable characters, so it is not graded. "
                "Rename it, or name the students with --match.",
            )
            return False
        return True

    def _choose(self, group: list[Candidate]) -> list[Candidate]:
        """The newest of Canvas's resubmissions of one file; else none of them."""
        uploads = [c.who.upload for c in group]
        known = [u for u in uploads if u is not None]
        student = shown(self.naming.student(group[0].who))
        unit = group[0].unit
        if len(known) == len(group) == len(set(known)) and len({name for name, _ in known}) == 1:
            group = sorted(group, key=lambda c: c.who.upload or ("", 0))
            *older, newest = group
            for candidate in older:
                self._say(
                    "duplicate",
                    candidate,
                    f"{self.search.where(candidate.module)}: {student} handed in {unit} again. The newest, "
                    f"{self.search.where(newest.module)}, is graded instead.",
                )
            return [newest]
        for candidate in group:
            others = ", ".join(self.search.where(c.module) for c in group if c is not candidate)
            self._say(
                "duplicate",
                candidate,
                f"{self.search.where(candidate.module)}: {student} has handed in {unit} more than once (also "
                f"{others}), so none is graded. Keep the one that counts and take the others away.",
            )
        return []

    def _grade(self, candidate: Candidate) -> None:
        student = self.naming.student(candidate.who)
        assert student is not None
        where = self.search.where(candidate.module)
        try:
            with at_its_own_cost(candidate.module):
                submission = self._submission(candidate, student)
        except SubmissionError as error:
            self._say("unreadable", candidate, f"{where} is not graded: {error}")
            return
        self.submissions.append(submission)
        if submission.late:
            self._say("late", candidate, f"{where} was handed in late. It is graded, and marked as late.")

    def _submission(self, candidate: Candidate, student: str) -> Submission:
        module, root = candidate.module, candidate.root
        if not stays_inside(module, root or module.parent) or (root is None and module.is_symlink()):
            raise SubmissionError("it is a link that leads out of the student's folder, or nowhere.")
        files: tuple[Path, ...] = ()
        if root is not None:
            others = [*self.search.units, *self.search.units.values()]
            helpers = find_helpers(module, root, not_helpers=others)
            files = helpers.files
            for reason in helpers.left_out:
                self._say(
                    "unreadable",
                    candidate,
                    f"{self.search.where(module)} is graded without a file beside it: {shown(reason)}.",
                )
        submission = Submission(
            student, candidate.unit, module, (module, *files), candidate.who.late, root or module.parent
        )
        submission.sha256()  # reads everything once, so that what can't be read or is too large is told now
        return submission

    def _leftovers(self, beside: list[Candidate]) -> None:
        for candidate in beside:
            self._say(
                "unmatched",
                candidate,
                f"{self.search.where(candidate.module)} came with the module of {candidate.unit} and names no unit: "
                "it is not used.",
            )

    def _missing(self) -> None:
        if self.roster is None or not self.search.whole_class:
            return
        heard_of = {s.student for s in self.submissions} | {p.student for p in self.problems}
        wanted = self.search.only_unit or "any unit"
        for student in self.roster:
            if student.id not in heard_of:
                name = f" ({student.name})" if student.name else ""
                text = f"Nothing from {student.id}{name} was found for {wanted}."
                self.problems.append(Problem("missing", None, student.id, shown(text)))

    def _say(self, kind: Kind, candidate: Candidate, text: str) -> None:
        self._tell(Note(kind, candidate.module, candidate.who, text))

    def _tell(self, note: Note) -> None:
        student = None
        if note.who is not None:
            student = self.naming.student(note.who) or note.who.labels[0].strip()
            student = student if is_name(student) else None
        self.problems.append(Problem(note.kind, note.path, student, note.text))
