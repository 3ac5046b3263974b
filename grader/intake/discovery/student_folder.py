"""One student's folder or zip: the modules in it, and findings on all else."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from grader.intake.discovery.layouts import (
    OTHER_ARCHIVES,
    SOURCES,
    Who,
    places_of,
    unit_meant,
    unit_of,
    walk,
)
from grader.intake.discovery.search_results import SearchResults
from grader.intake.submission.choice import is_worked_on_instead
from grader.intake.submission.helpers import is_folder, steers_tests

_MOST_ARCHIVES = 10  # in one student's folder


@dataclass(frozen=True)
class _Folder:
    """A student's folder with all its files; `known` if its name or place says that it is a student's."""

    path: Path
    who: Who
    files: list[Path]
    known: bool


class StudentFiles:
    """Looks through what is known to be one student's, into the results of a search."""

    def __init__(self, results: SearchResults) -> None:
        self._scope = results.scope
        self._results = results

    def folder(self, path: Path, who: Who, *, known: bool, in_zip: bool = False) -> None:
        """Find the modules in a folder that is all of `who`; `known` if its name or place says so."""
        folder = _Folder(path, who, list(walk(path)), known)
        named = self._files_by_name(folder.files)
        chosen = self._modules(folder, named)
        for unit, modules in chosen.items():
            for module in modules:
                self._results.add(who, unit, module, path)
        self._note_strays(folder, named, without=chosen)
        archives = [
            f for f in folder.files if f.suffix.lower() == ".zip" and self._scope.may_name_wanted(f.stem)
        ]
        if chosen:
            self._note_copies(folder, chosen)
            self._note_unopened(folder, archives)
        elif len(archives) > _MOST_ARCHIVES:
            where = self._results.where(path)
            text = f"{where} holds {len(archives)} zips: it is not clear which counts, and none is opened."
            self._results.note("unreadable", path, who, text)
        elif archives:
            for archive in archives:
                self.archive(archive, who, in_zip=in_zip)
        elif locked := self._locked(folder):
            where = self._results.where(locked)
            text = f"{where} can't be read: permission denied. Allow it (chmod -R u+rX), or ask for a zip."
            self._results.note("unreadable", locked, who, text)
        elif not any(named[unit, suffix] for unit in self._scope.wanted for suffix in SOURCES):
            self._only_file(folder)

    def _locked(self, folder: _Folder) -> Path | None:
        """Return a folder in which a module would be found, and which this user may not read."""
        places = [place for unit in self._scope.wanted for place in places_of(folder.path, unit)]
        return next((p for p in places if is_folder(p) and not os.access(p, os.R_OK | os.X_OK)), None)

    def archive(self, archive: Path, who: Who, *, in_zip: bool = False) -> None:
        """Find the modules in a student's zip."""
        where = self._results.where(archive)
        if in_zip:
            text = f"{where} is a zip in a student's zip, which is not opened. Unpack it by hand."
            self._results.note("unreadable", archive, who, text)
        elif archive.is_symlink():
            self._results.note("unreadable", archive, who, f"{where} is a symbolic link: not followed.")
        elif folder := self._results.unzip(archive, who):
            self.folder(folder, who, known=True, in_zip=True)

    def _files_by_name(self, files: list[Path]) -> dict[tuple[str, str], list[Path]]:
        """Return (unit, suffix) → files that have the name of the unit's module, at any depth."""
        named: dict[tuple[str, str], list[Path]] = defaultdict(list)
        for file in files:
            for unit, module in self._scope.units.items():
                if file.stem.casefold() == module.casefold() and file.suffix.lower() in SOURCES:
                    named[unit, file.suffix.lower()].append(file)
        return named

    def _modules(self, folder: _Folder, named: dict[tuple[str, str], list[Path]]) -> dict[str, list[Path]]:
        """Return wanted unit → its modules: those in their places, or if no unit's is there, those anywhere."""
        placed = {
            (unit, suffix): [f for f in found if f.parent in places_of(folder.path, unit)]
            for (unit, suffix), found in list(named.items())
        }
        files = placed if any(placed.values()) else named
        chosen = {}
        for unit in self._scope.wanted:
            found = {suffix: files.get((unit, suffix), []) for suffix in SOURCES}
            if not any(named[unit, suffix] for suffix in SOURCES):
                found = {suffix: self._meant(folder, unit, suffix) for suffix in SOURCES}
            if modules := self._one_form(found[".py"], found[".ipynb"], folder.who):
                chosen[unit] = modules
        return chosen

    def _meant(self, folder: _Folder, unit: str, suffix: str) -> list[Path]:
        """Return the files of other names that can mean this unit alone."""
        places = places_of(folder.path, unit)
        return [
            file
            for file in folder.files
            if file.suffix.lower() == suffix
            and (folder.known or file.parent in places)
            and not steers_tests(file.stem)
            and file.stem != "__init__"
            and unit_meant(file.stem, self._scope.units, folder.who.labels[0]) == unit
        ]

    def _one_form(self, modules: list[Path], notebooks: list[Path], who: Who) -> list[Path]:
        """Return the notebook if it was worked on and the module is a stub; else the module, if there is one."""
        if not modules or not notebooks:
            return modules or notebooks
        instead = len(modules) == len(notebooks) == 1 and is_worked_on_instead(notebooks[0], modules[0])
        self._results.beside[instead] += [(notebook, who) for notebook in notebooks]
        return notebooks if instead else modules

    def _note_strays(
        self,
        folder: _Folder,
        named: dict[tuple[str, str], list[Path]],
        *,
        without: dict[str, list[Path]],
    ) -> None:
        units = [unit for unit in self._scope.wanted if unit not in without]
        for stray in (f for unit in units for suffix in SOURCES for f in named[unit, suffix]):
            text = (
                f"{self._results.where(stray)} has a module's name, but lies where none is expected: not graded. "
                "Move it."
            )
            self._results.note("unmatched", stray, folder.who, text, unless_used=True)

    def _note_copies(self, folder: _Folder, chosen: dict[str, list[Path]]) -> None:
        """Tell of files such as `softmax (1).py`: a program names the newest download so."""
        for unit, modules in chosen.items():
            for copy in (f for suffix in SOURCES for f in self._meant(folder, unit, suffix)):
                if copy in modules or copy.stem.casefold() == self._scope.units[unit].casefold():
                    continue
                text = (
                    f"{self._results.where(copy)} seems to be for {unit}, too, and is not used: "
                    f"{self._results.where(modules[0])} is graded. If it is the one that counts, remove the other."
                )
                self._results.note("duplicate", copy, folder.who, text, unless_used=True)

    def _note_unopened(self, folder: _Folder, archives: list[Path]) -> None:
        for archive in archives:
            if archive.parent == folder.path:  # deep in a clone, it is data
                where = self._results.where(archive)
                text = f"{where} was not opened, because a module lies beside it, which is graded."
                self._results.note("unmatched", archive, folder.who, text)

    def _only_file(self, folder: _Folder) -> None:
        """With --unit, take the student's only notebook, or else the only Python file, as the module by any name."""
        sources = [f for f in folder.files if self._may_be_module(f, folder)]
        modules = [f for f in sources if f.suffix.lower() == ".ipynb"] or sources
        if self._scope.only_unit and len(modules) == 1:
            self._results.add(folder.who, self._scope.only_unit, modules[0], folder.path)
        else:
            self._note_no_module(folder, sources)

    def _may_be_module(self, file: Path, folder: _Folder) -> bool:
        return (
            file.suffix.lower() in SOURCES
            and unit_of(file.stem, self._scope.units) is None
            and not steers_tests(file.stem)
            and file.stem != "__init__"
            and (folder.known or file.parent == folder.path)
        )

    def _note_no_module(self, folder: _Folder, sources: list[Path]) -> None:
        where = self._results.where(folder.path)
        expected = " or ".join(f"{self._scope.units[u]}.py" for u in self._scope.wanted[:3])
        if len(self._scope.wanted) > 3:
            expected += " and so on"
        others = [f for f in folder.files if f.suffix.lower() in OTHER_ARCHIVES]
        if sources:
            names = ", ".join(self._results.where(f) for f in sources[:3])
            text = (
                f"{where} holds no {expected}, but {names}: it is not clear what to grade. Rename the module."
            )
            self._results.note("unmatched", folder.path, folder.who, text)
        elif others:
            text = f"{self._results.where(others[0])}: only zip archives are opened. Unpack it by hand."
            self._results.note("unreadable", others[0], folder.who, text)
        elif folder.known:
            seen = ", ".join(self._results.where(f) for f in folder.files[:3])
            more = " and more" if len(folder.files) > 3 else ""
            text = f"{where} holds no {expected}{', but ' if seen else ''}{seen}{more}: nothing to grade."
            self._results.note("missing", folder.path, folder.who, text)
        else:
            text = (
                f"{where} holds no {expected}, so it is not taken for a student's. Use --match if it is one."
            )
            self._results.note("unmatched", folder.path, folder.who, text)


def look_at_folder(results: SearchResults, path: Path, who: Who, *, known: bool) -> None:
    """Find the modules in a folder that is all of `who`, into empty results: see SearchResults.look."""
    StudentFiles(results).folder(path, who, known=known)


def look_at_archive(results: SearchResults, archive: Path, who: Who) -> None:
    """Find the modules in a student's zip, into empty results."""
    StudentFiles(results).archive(archive, who)
