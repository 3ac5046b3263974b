"""The labels found in names, turned into students, with a roster or without."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from grader.encodable import JOINERS
from grader.intake.discovery.layouts import Units, Who
from grader.intake.discovery.roster import Roster


class Naming:
    """Decides on a student for each label, knowing all labels that were found.

    Without a roster a label is the student, and two people of one name get their course system's
    number behind it.
    """

    def __init__(self, everyone: Iterable[Who], roster: Roster | None) -> None:
        self._roster = roster
        numbers = defaultdict(set)
        for who in everyone:
            numbers[_folded(who.labels[0])].add(who.number)
        self._ambiguous = {label for label, found in numbers.items() if len(found) > 1}

    def student(self, who: Who) -> str | None:
        """Return the student's id, or without a roster the name; None for a student who is not in the roster."""
        label = who.labels[0].strip()
        if self._roster is None:
            return f"{label}_{who.number}" if who.number and _folded(label) in self._ambiguous else label
        if who.system == "canvas" and (found := self._roster.find_canvas(who.number)):
            return found
        ids = {found for label in who.labels if (found := self._roster.find(label))}
        return ids.pop() if len(ids) == 1 else None

    def key(self, who: Who) -> str:
        """Return a key that is equal for labels that may be one student's: names that differ in case share a folder."""
        return _folded(self.student(who) or who.labels[0])


def is_name(label: str) -> bool:
    """Return True if a label can be shown and written: not empty, no control characters, real text."""
    return bool(label.strip()) and all(c.isprintable() or c in JOINERS for c in label)


def match_pattern(text: str) -> re.Pattern[str]:
    """Return the regular expression of --match. Raises ValueError, in words, when it can't be used."""
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"--match {text!r} is not a valid regular expression: {error}.") from error
    check_pattern(pattern)
    return pattern


def check_pattern(pattern: re.Pattern[str]) -> None:
    """Raise ValueError unless the groups are `student` and, if wanted, `unit` and `late`."""
    if "student" not in pattern.groupindex:
        raise ValueError(
            f"--match {pattern.pattern!r} has no group named student. Write for example "
            r"--match '^(?P<student>[^/]+)/'; groups named unit and late are read too."
        )
    if unknown := set(pattern.groupindex) - {"student", "unit", "late"}:
        raise ValueError(
            f"--match {pattern.pattern!r} has unknown groups: {', '.join(sorted(unknown))}. "
            "Known are student, unit and late."
        )


def named_unit(text: str, units: Units) -> str | None:
    """Return the unit that `text` names: 01_softmax, softmax or 01; case does not count."""
    folded = text.casefold()
    found = [u for u, m in units.items() if folded in (u.casefold(), m.casefold(), u.split("_")[0])]
    return found[0] if len(found) == 1 else None


def unit_at_end(stem: str, units: Units) -> str | None:
    """Return the unit with a module whose name ends `stem` as a word, as in alice_softmax; the longest one wins."""
    stem = stem.casefold()
    ends = [
        (len(m), u) for u, m in units.items() if re.search(rf"(^|[_\-. ]){re.escape(m.casefold())}$", stem)
    ]
    return max(ends)[1] if ends else None


def _folded(label: str) -> str:
    return unicodedata.normalize("NFC", label.strip().casefold())
