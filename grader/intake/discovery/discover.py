"""Finding submissions: what lies at a path, whose it is and for which unit, and what is not clear.

Nothing is guessed. Each file that looks like work and can't be attributed becomes a Finding that says
what was found and what to do about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.encodable import shown
from grader.intake.discovery.attribution import check_pattern, match_pattern
from grader.intake.discovery.classes import Search
from grader.intake.discovery.findings import Finding
from grader.intake.discovery.layouts import Units
from grader.intake.discovery.roster import Roster
from grader.intake.discovery.search_results import Scope
from grader.intake.discovery.sorting import Sorting
from grader.intake.submission.submission import Submission

__all__ = ["Discovery", "Finding", "discover", "match_pattern"]


@dataclass(frozen=True)
class Discovery:
    """The submissions to grade, by student and then in the units' order, and what else was found.

    dependencies: submissions that are not to be graded themselves, for units that depend on others
    """

    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    dependencies: tuple[Submission, ...] = ()


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
    no matter what the names say. Archives are unpacked into `workdir`, which must stay
    as long as the submissions are needed. Raises ValueError for a path that does not exist, an unknown
    unit and an unusable `match`; what is wrong with the files themselves is a Finding.
    """
    if only_unit is not None and only_unit not in units:
        raise ValueError(f"There is no unit {only_unit!r}. Known: {', '.join(units) or 'none'}.")
    if match is not None:
        check_pattern(match)
    if not path.exists():
        raise ValueError(f"There is nothing at {shown(path)}.")
    search = Search(Scope(units, only_unit), roster, workdir)
    search.start(path, match, student)
    submissions, findings = Sorting(search, roster).result()
    return Discovery(tuple(submissions), tuple(findings))
