"""A search through what was given, one student's work or a class's: names and places say whose it is."""

from __future__ import annotations

import re
from pathlib import Path

from grader.encodable import shown
from grader.intake.apart import limits
from grader.intake.apart.client import apart_for
from grader.intake.discovery.by_pattern import PatternSearch
from grader.intake.discovery.class_folder import Nested, look_at_child, overview
from grader.intake.discovery.layouts import (
    OTHER_ARCHIVES,
    Who,
    clone_owner,
    clone_prefix,
    is_nbgrader_course,
    is_students,
    looks_like_students,
    parse_moodle_folder,
    parse_upload,
    student_folder_of,
    unit_meant,
    unit_of,
)
from grader.intake.discovery.roster import Roster
from grader.intake.discovery.search_results import Candidate, Scope, SearchResults
from grader.intake.discovery.student_folder import look_at_archive, look_at_folder
from grader.intake.submission.helpers import entries, steers_tests
from grader.temporary import remove

_MOST_PLACES = 10  # that are told of, in one folder


class Search:
    """A search through one path. Each student's files are looked at in the reading process.

    results:     what it collects
    whole_class: True if the path was taken for more than one student's
    """

    def __init__(self, scope: Scope, roster: Roster | None, workdir: Path) -> None:
        self.scope = scope
        self.results = SearchResults(scope, workdir)
        self.whole_class = False
        self._roster = roster

    def start(self, path: Path, match: re.Pattern[str] | None, student: str | None = None) -> None:
        """Search `path`: by a pattern, as all of one student's, or by names and places."""
        path = path.resolve() if path.is_dir() else path.parent.resolve() / path.name
        self.results.top = path if path.is_dir() else path.parent
        opened = self._opened(path) if path.suffix.lower() == ".zip" and path.is_file() else path
        if opened is None:
            return
        if student is not None:
            self.results.look(opened, Who((student,)), look_at_folder, opened, Who((student,)), known=True)
        elif match is not None:
            self.whole_class = opened.is_dir()
            PatternSearch(self.scope, self.results).start(opened, match)
        elif opened.is_dir():
            self._folder(opened, path.name if opened == path else path.stem)
        else:
            self._lone_file(opened)
        self.results.note_both_forms()

    def _opened(self, archive: Path) -> Path | None:
        """Return the folder that a zip was unpacked into, or the folder in it that most programs pack."""
        folder, left_out = self.results.unzip_class(archive)
        inside = entries(folder) if folder else []
        if len(inside) == 1 and inside[0].is_dir() and inside[0].name == archive.stem:
            folder = inside[0]
        if folder and left_out and self._is_students(folder):
            remove(folder)
            folder, left_out = None, dict([next(iter(left_out.items()))])
        for name, reason in left_out.items():
            self.results.note_left_out(archive, name, reason)
        return folder

    def _is_students(self, folder: Path) -> bool:
        return apart_for(limits.OF_CLASS, is_students, folder, dict(self.scope.units))

    def _folder(self, folder: Path, name: str) -> None:
        if not self._is_students(folder):
            self._class(folder)
            return
        among = apart_for(limits.OF_CLASS, looks_like_students, folder, dict(self.scope.units))
        if len(among) > 1:
            names = ", ".join(shown(a.name) for a in among[:3])
            self.results.note(
                "unmatched",
                folder,
                None,
                f"{shown(name)} holds a unit's module itself and also folders that hold one ({names}): it is "
                "not clear if it is one student's or a class's. Remove the one or the others, or use --match.",
            )
            return
        home = student_folder_of(folder, self.scope.units)
        who = Who((name if home == folder else home.name,))
        self.results.look(folder, who, look_at_folder, folder, who, known=True)

    def _lone_file(self, file: Path) -> None:
        who, stem, suffix = parse_upload(file.name) or (None, file.stem, file.suffix.lower())
        home = student_folder_of(file.parent, self.scope.units)
        unit = unit_of(stem, self.scope.units)
        where = shown(file.name)
        if suffix not in (".py", ".ipynb"):
            self.results.note(
                "unmatched",
                file,
                who,
                f"{where} is neither a Python file, a notebook, a zip nor a folder: not graded.",
            )
        elif unit is None and self.scope.only_unit is None:
            self.results.note(
                "unmatched", file, who, f"The name of {where} names no unit. Say which it is with --unit."
            )
        elif unit is not None and unit not in self.scope.wanted:
            text = f"{where} is the module of {unit}, but --unit says {self.scope.only_unit}: not graded."
            self.results.note("unmatched", file, who, text)
        elif who is not None or unit is None:
            self.results.add(who or Who((stem,)), unit or self.scope.wanted[0], file, None)
        else:
            self.results.add(Who((home.name,)), unit, file, home)

    def _class(self, folder: Path) -> None:
        self.whole_class = True
        if is_nbgrader_course(folder):
            folder /= "submitted"
            if not folder.is_dir():
                text = (
                    f"{self.results.where(folder.parent)} is an nbgrader course without a folder submitted: "
                    "nothing was collected yet."
                )
                self.results.note("unmatched", folder.parent, None, text)
                return
        self.results.classes.append(folder)
        found = apart_for(limits.OF_CLASS, overview, folder, dict(self.scope.units))
        children = [c for c in found.children if not self.results.workdir.is_relative_to(c)]
        for hidden in found.hidden:
            text = (
                f"{self.results.where(hidden)} is passed over, because its name begins with a dot. Rename it."
            )
            self.results.note("unmatched", hidden, None, text)
        prefix = clone_prefix(found.clones)
        for child in children:
            owner = clone_owner(child.name, prefix) if prefix and child.name in found.clones else None
            with self.results.errors_of(child):
                self._in_class(child, owner, alone=len(children) == 1)

    def _in_class(self, child: Path, owner: Who | None, *, alone: bool) -> None:
        if child.is_symlink():
            text = f"{self.results.where(child)} is a symbolic link and is not followed. Put the files in its place."
            self.results.note("unreadable", child, None, text)
        elif child.is_dir():
            self._folder_in_class(child, owner, alone=alone)
        elif child.is_file():
            self._file_in_class(child)
        else:
            self.results.note(
                "unreadable", child, None, f"{self.results.where(child)} is neither a file nor a folder."
            )

    def _folder_in_class(self, folder: Path, owner: Who | None, *, alone: bool) -> None:
        if moodle := parse_moodle_folder(folder.name):
            who, plugin = moodle
            if plugin == "onlinetext":
                text = f"{self.results.where(folder)} is text typed into Moodle, which is not graded. Ask for a file."
                self.results.note("unmatched", folder, who, text)
            else:
                self.results.look(folder, who, look_at_folder, folder, who, known=True)
            return
        who = owner or Who((folder.name,))
        known = owner is not None or self._in_roster(folder.name)
        nested = self.results.look(folder, who, look_at_child, folder, who, known=known, alone=alone)
        if nested is not None:
            self._nested(nested, alone=alone)

    def _nested(self, nested: Nested, *, alone: bool) -> None:
        folder, inner = nested.folder, nested.inner
        if any(self._in_roster(i.name) for i in inner) or (
            alone and (nested.uploads or len([i for i in inner if i.parent == folder]) > 1)
        ):
            self._class(folder)
            return
        for place in inner[:_MOST_PLACES]:
            self.results.note(
                "unmatched",
                place,
                None,
                f"{self.results.where(place)} holds a unit's module, but it is not clear if the student is "
                f"{shown(folder.name)!r} or {shown(place.name)!r}. Give {self.results.where(place.parent)} as the "
                "path, or a roster, or name the students with --match.",
            )

    def _in_roster(self, label: str) -> bool:
        return self._roster is not None and self._roster.find(label) is not None

    def _file_in_class(self, file: Path) -> None:
        upload = parse_upload(file.name)
        who, stem, suffix = upload or (Who((file.stem,)), file.stem, file.suffix.lower())
        unit = unit_of(stem, self.scope.units)
        where = self.results.where(file)
        if unit is not None and unit not in self.scope.wanted:
            return
        if suffix == ".zip":
            self.results.look(file, who, look_at_archive, file, who)
        elif suffix in OTHER_ARCHIVES:
            self.results.note(
                "unreadable", file, who if upload else None, f"{where}: only zip archives are opened."
            )
        elif suffix not in (".py", ".ipynb"):
            text = f"{where} is neither a Python file nor a notebook, so it is not graded."
            self.results.note("unmatched", file, who if upload else None, text)
        elif upload and unit:
            self.results.add(who, unit, file, None)
        elif upload and (meant := self.scope.only_unit or unit_meant(stem, self.scope.units, who.labels[0])):
            self.results.loose.append(Candidate(who, meant, file, None))
        elif steers_tests(stem) or unit:
            text = f"{where} is not named after a student, so it is not graded. Rename it, or use --match."
            self.results.note("unmatched", file, None, text)
        elif self.scope.only_unit:
            self.results.add(who, self.scope.only_unit, file, None)
        else:
            text = f"The name of {where} names no unit. Say which it is with --unit, or use --match."
            self.results.note("unmatched", file, who if upload else None, text)
