"""Looking through what was given: one student's or a class's, and whom the names say things are from."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from grader.intake.discovery.attribution import named_unit, unit_at_end
from grader.intake.discovery.findings import shown
from grader.intake.discovery.layouts import (
    Units,
    Who,
    clone_owner,
    clone_prefix,
    inner_students,
    is_clone,
    is_nbgrader_course,
    is_students,
    looks_like_students,
    parse_moodle_folder,
    parse_upload,
    student_folder_of,
    unit_of,
    walk,
)
from grader.intake.discovery.roster import Roster
from grader.intake.discovery.student_folder import GRADEABLE, OTHER_ARCHIVES, Candidate, Note, StudentFiles
from grader.intake.submission.helpers import entries, steers_tests


class Search(StudentFiles):
    """A search through one path; `whole_class` tells whether it was taken for more than one student's."""

    def __init__(self, units: Units, only_unit: str | None, roster: Roster | None, workdir: Path) -> None:
        super().__init__(units, only_unit, workdir)
        self.whole_class = False
        self._roster = roster

    def start(self, path: Path, match: re.Pattern[str] | None, student: str | None = None) -> None:
        path = path.resolve() if path.is_dir() else path.parent.resolve() / path.name
        self._top = path if path.is_dir() else path.parent
        name = path.name
        if path.suffix.lower() == ".zip" and path.is_file():
            folder = self._unzip(path, None)
            if folder is None:
                return
            name = path.stem
            inside = entries(folder)
            if len(inside) == 1 and inside[0].is_dir() and inside[0].name == name:
                folder = inside[0]  # how most programs pack a folder
            path = folder
        if student is not None:
            with self._by_itself(path, Who((student,))):
                self._student_folder(path, Who((student,)), known=True)
        elif match is not None:
            self._by_pattern(path, match)
        elif path.is_dir():
            self._folder(path, name)
        else:
            self._lone_file(path)
        self._tell_of_both_forms()

    # One student, or a class?

    def _folder(self, folder: Path, name: str) -> None:
        if not is_students(folder, self.units):
            self._class(folder)
            return
        among = looks_like_students(folder, self.units)
        if len(among) > 1:
            names = ", ".join(shown(a.name) for a in among[:3])
            self._note(
                "unmatched",
                folder,
                None,
                f"{shown(name)} holds a unit's module itself and also folders that hold one ({names}): it can't be "
                "told whether it is one student's or a class's. Take the one or the others away, or use --match.",
            )
            return
        home = student_folder_of(folder, self.units)
        self._student_folder(folder, Who((name if home == folder else home.name,)), known=True)

    def _lone_file(self, file: Path) -> None:
        who, stem, suffix = parse_upload(file.name) or (None, file.stem, file.suffix.lower())
        home = student_folder_of(file.parent, self.units)
        unit = unit_of(stem, self.units)
        where = shown(file.name)
        if suffix not in (".py", ".ipynb"):
            self._note(
                "unmatched",
                file,
                who,
                f"{where} is no Python file, no notebook, no zip and no folder: not graded.",
            )
        elif unit is None and self.only_unit is None:
            self._note(
                "unmatched", file, who, f"The name of {where} says no unit. Say which it is with --unit."
            )
        elif unit is not None and unit not in self.wanted:
            text = f"{where} is the module of {unit}, but --unit says {self.only_unit}: not graded."
            self._note("unmatched", file, who, text)
        elif who is not None or unit is None:
            self._add(who or Who((stem,)), unit or self.wanted[0], file, None)
        else:
            self._add(Who((home.name,)), unit, file, home)

    def _class(self, folder: Path) -> None:
        self.whole_class = True
        if is_nbgrader_course(folder):
            folder /= "submitted"
            if not folder.is_dir():
                text = (
                    f"{self.where(folder.parent)} is a course of nbgrader without a folder submitted: nothing was "
                    "collected yet."
                )
                self._note("unmatched", folder.parent, None, text)
                return
        children = [c for c in entries(folder) if not self._workdir.is_relative_to(c)]
        clones = [c.name for c in children if c.is_dir() and is_clone(c, self.units)]
        prefix = clone_prefix(clones)
        for child in children:
            owner = clone_owner(child.name, prefix) if prefix and child.name in clones else None
            with self._by_itself(child):
                self._in_class(child, owner, alone=len(children) == 1)

    def _in_class(self, child: Path, owner: Who | None, *, alone: bool) -> None:
        if child.is_symlink():
            text = f"{self.where(child)} is a symbolic link and is not followed. Put the files in its place."
            self._note("unreadable", child, None, text)
        elif child.is_dir():
            self._folder_in_class(child, owner, alone=alone)
        elif child.is_file():
            self._file_in_class(child)
        else:
            self._note("unreadable", child, None, f"{self.where(child)} is neither a file nor a folder.")

    def _folder_in_class(self, folder: Path, owner: Who | None, *, alone: bool) -> None:
        if moodle := parse_moodle_folder(folder.name):
            who, plugin = moodle
            if plugin == "onlinetext":
                text = f"{self.where(folder)} is text typed into Moodle, which is not graded. Ask for a file."
                self._note("unmatched", folder, who, text)
            else:
                self._student_folder(folder, who, known=True)
            return
        who = owner or Who((folder.name,))
        known = (
            owner is not None
            or is_clone(folder, self.units)
            or is_students(folder, self.units)
            or self._in_roster(folder.name)
        )
        inner = [] if known else inner_students(folder, self.units)
        uploads = any(parse_upload(e.name) for e in entries(folder))
        if not known and (
            any(self._in_roster(i.name) for i in inner)
            or (alone and (uploads or len([i for i in inner if i.parent == folder]) > 1))
        ):
            self._class(folder)
        elif inner:
            for place in inner:
                self._note(
                    "unmatched",
                    place,
                    None,
                    f"{self.where(place)} holds a unit's module, but it can't be told whether the student is "
                    f"{shown(folder.name)!r} or {shown(place.name)!r}. Give {self.where(place.parent)} as the path, "
                    "or a roster, or name the students with --match.",
                )
        else:
            self._student_folder(folder, who, known=known)

    def _in_roster(self, label: str) -> bool:
        return self._roster is not None and self._roster.find(label) is not None

    def _file_in_class(self, file: Path) -> None:
        upload = parse_upload(file.name)
        who, stem, suffix = upload or (Who((file.stem,)), file.stem, file.suffix.lower())
        unit = unit_of(stem, self.units)
        where = self.where(file)
        if unit is not None and unit not in self.wanted:
            return
        if suffix == ".zip":
            self._zip(file, who)
        elif suffix in OTHER_ARCHIVES:
            self._note("unreadable", file, who if upload else None, f"{where}: only zip archives are opened.")
        elif suffix not in (".py", ".ipynb"):
            text = f"{where} is neither a Python file nor a notebook, so it is not graded."
            self._note("unmatched", file, who if upload else None, text)
        elif upload and unit:
            self._add(who, unit, file, None)
        elif upload and self.only_unit:
            self.loose.append(Candidate(who, self.only_unit, file, None))
        elif steers_tests(stem) or unit:
            text = f"{where} is named after no student, so it is not graded. Rename it, or use --match."
            self._note("unmatched", file, None, text)
        elif self.only_unit:
            self._add(who, self.only_unit, file, None)
        else:
            text = f"The name of {where} says no unit. Say which it is with --unit, or use --match."
            self._note("unmatched", file, who if upload else None, text)

    # Named by a pattern

    def _by_pattern(self, path: Path, pattern: re.Pattern[str]) -> None:
        self.whole_class = path.is_dir()
        root = path if path.is_dir() else path.parent
        files = [path] if not path.is_dir() else list(walk(path, course_too=True))
        files = [
            f for f in files if not f.is_relative_to(self._workdir) or root.is_relative_to(self._workdir)
        ]
        owners: dict[Path, set[str]] = defaultdict(set)
        matched = []
        for file in (f for f in files if f.suffix.lower() in GRADEABLE):
            found = pattern.search(file.relative_to(root).as_posix())
            if found is None or not found["student"]:
                text = (
                    f"{self.where(file)} does not match {shown(pattern.pattern)}, so nobody's work is in it."
                )
                self.notes.append(Note("unmatched", file, None, text, unless_used=True))
                continue
            groups = found.groupdict()
            upload = parse_upload(file.name)
            who = upload[0] if upload else Who(())
            who = replace(
                who, labels=(groups["student"],), number="", system="", late=bool(groups.get("late"))
            )
            owners[file.parent].add(groups["student"])
            matched.append((file, who, groups.get("unit"), upload[1] if upload else file.stem))
        for file, who, unit_text, stem in matched:
            own = file.parent != root and len(owners[file.parent]) == 1
            with self._by_itself(file, who):
                self._matched(file, who, unit_text, stem, file.parent if own else None)

    def _matched(self, file: Path, who: Who, unit_text: str | None, stem: str, root: Path | None) -> None:
        suffix = file.suffix.lower()
        unit = named_unit(unit_text, self.units) if unit_text else None
        if unit_text and unit is None:
            text = f"{self.where(file)}: --match reads the unit {shown(unit_text)!r}, which there is not."
            self._note("unmatched", file, who, text)
            return
        unit = unit or unit_of(stem, self.units) or unit_at_end(stem, self.units)
        if unit is not None and unit not in self.wanted:
            return
        if suffix == ".zip":
            self._zip(file, who)
        elif unit_text and unit is not None and unit_of(stem, self.units) is None:
            self.loose.append(Candidate(who, unit, file, root))  # may as well be a helper beside the module
        elif unit is not None:
            self._add(who, unit, file, root)
        elif self.only_unit:
            self.loose.append(Candidate(who, self.only_unit, file, root))
        else:
            text = f"The name of {self.where(file)} says no unit. Give --match a group named unit, or say --unit."
            self.notes.append(Note("unmatched", file, who, text, unless_used=True))
