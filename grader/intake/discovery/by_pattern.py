"""A search in which --match says whose each file is."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from grader.encodable import shown
from grader.intake.apart import limits
from grader.intake.apart.client import apart_for
from grader.intake.discovery.attribution import named_unit, unit_at_end
from grader.intake.discovery.layouts import GRADEABLE, Who, parse_upload, unit_of, walk
from grader.intake.discovery.search_results import Candidate, Scope, SearchResults
from grader.intake.discovery.student_folder import look_at_archive
from grader.intake.submission.helpers import entries, is_folder


@dataclass(frozen=True)
class _Match:
    """A file and what the pattern reads in its path.

    unit: as the pattern reads it; "" if it reads none
    stem: of the name that the student gave the file
    """

    file: Path
    who: Who
    unit: str
    stem: str


class PatternSearch:
    """Looks through a folder, or at one file, into the results of a search."""

    def __init__(self, scope: Scope, results: SearchResults) -> None:
        self._scope = scope
        self._results = results

    def start(self, path: Path, pattern: re.Pattern[str]) -> None:
        """Search all files at `path`, whose names are matched relative to it."""
        root = path if path.is_dir() else path.parent
        places = apart_for(limits.OF_CLASS, entries, path) if path.is_dir() else [path]
        matches: list[_Match] = []
        for place in places:
            matches += self._results.look(place, None, _matches, place, root, pattern) or []
        owners: dict[Path, set[str]] = defaultdict(set)
        for match in matches:
            owners[match.file.parent].add(match.who.labels[0])
        for match in matches:
            own = match.file.parent != root and len(owners[match.file.parent]) == 1
            with self._results.errors_of(match.file, match.who):
                self._matched(match, match.file.parent if own else None)

    def _matched(self, match: _Match, root: Path | None) -> None:
        """Take the file for what it is; `root` is its student's folder, if it has one."""
        scope, results, stem = self._scope, self._results, match.stem
        unit = named_unit(match.unit, scope.units) if match.unit else None
        if match.unit and unit is None:
            text = f"{results.where(match.file)}: --match reads the unit {shown(match.unit)!r}, which does not exist."
            results.note("unmatched", match.file, match.who, text)
            return
        unit = unit or unit_of(stem, scope.units) or unit_at_end(stem, scope.units)
        if unit is not None and unit not in scope.wanted:
            return
        if match.file.suffix.lower() == ".zip":
            results.look(match.file, match.who, look_at_archive, match.file, match.who)
        elif match.unit and unit is not None and unit_of(stem, scope.units) is None:
            # It may as well be a helper beside the module.
            results.loose.append(Candidate(match.who, unit, match.file, root))
        elif unit is not None:
            results.add(match.who, unit, match.file, root)
        elif scope.only_unit:
            results.loose.append(Candidate(match.who, scope.only_unit, match.file, root))
        else:
            text = (
                f"The name of {results.where(match.file)} names no unit. Give --match a group named unit, or use "
                "--unit."
            )
            results.note("unmatched", match.file, match.who, text, unless_used=True)


def _matches(results: SearchResults, place: Path, root: Path, pattern: re.Pattern[str]) -> list[_Match]:
    """Return the files at `place` that match; the others are findings."""
    found_here = []
    for file in walk(place, course_too=True) if is_folder(place) and not place.is_symlink() else [place]:
        if file.is_relative_to(results.workdir) and not root.is_relative_to(results.workdir):
            continue
        if file.suffix.lower() not in GRADEABLE:
            continue
        found = pattern.search(file.relative_to(root).as_posix())
        if found is None or not found["student"]:
            where = results.where(file)
            text = f"{where} does not match {shown(pattern.pattern)}, so nobody's work is in it."
            results.note("unmatched", file, None, text, unless_used=True)
            continue
        groups = found.groupdict()
        upload = parse_upload(file.name)
        who = replace(
            upload[0] if upload else Who(()),
            labels=(groups["student"],),
            number="",
            system="",
            late=bool(groups.get("late")),
        )
        found_here.append(_Match(file, who, groups.get("unit") or "", upload[1] if upload else file.stem))
    return found_here
