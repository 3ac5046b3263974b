"""What is known to be one student's: the modules in a folder or a zip, and notes on all else in it."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.intake.discovery.archives import ArchiveError, unpack
from grader.intake.discovery.findings import Kind, shown
from grader.intake.discovery.layouts import Units, Who, in_place, unit_of, walk
from grader.intake.submission.helpers import steers_tests
from grader.intake.submission.submission import is_worked_on_instead

GRADEABLE = frozenset({".py", ".ipynb", ".zip"})
OTHER_ARCHIVES = {".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"}


@dataclass(frozen=True)
class Candidate:
    """A file that may be a student's module of a unit. Without a `root`, a folder of its own, it has no helpers."""

    who: Who
    unit: str
    module: Path
    root: Path | None


@dataclass(frozen=True)
class Note:
    """A problem before its student is known; `unless_used`: only if no submission holds the file."""

    kind: Kind
    path: Path | None
    who: Who | None
    text: str
    unless_used: bool = False


class StudentFiles:
    """Fills `found`, `loose` (files that may be a module though they name no unit) and `notes`."""

    def __init__(self, units: Units, only_unit: str | None, workdir: Path) -> None:
        self.units = units
        self.only_unit = only_unit
        self.wanted = [only_unit] if only_unit else list(units)
        self.found: list[Candidate] = []
        self.loose: list[Candidate] = []
        self.notes: list[Note] = []
        self._beside: dict[bool, list[tuple[Path, Who]]] = {False: [], True: []}  # is it graded? → notebooks
        self._workdir = workdir.resolve()
        self._shown_as: dict[Path, str] = {}  # where archives were unpacked → what they are called
        self._top = Path()

    def where(self, path: Path) -> str:
        """A path as the instructor knows it: relative to what was given, archives by their names."""
        for folder, name in self._shown_as.items():
            if path.is_relative_to(folder):
                return shown("/".join((name, *path.relative_to(folder).parts)))
        if path == self._top:
            return shown(path.name)
        return shown(path.relative_to(self._top).as_posix() if path.is_relative_to(self._top) else path)

    def _student_folder(self, folder: Path, who: Who, *, known: bool, in_zip: bool = False) -> None:
        """All that is in `folder` is from `who`; `known` when its name or place says so, not only a guess."""
        placed = {u: in_place(folder, u, m) for u, m in self.units.items()}
        everything = list(walk(folder))
        named: dict[str, list[Path]] = defaultdict(list)
        for file in everything:
            for unit, module in self.units.items():
                if file.stem.casefold() == module.casefold() and file.suffix.lower() in (".py", ".ipynb"):
                    named[f"{unit}{file.suffix.lower()}"].append(file)
        placed_notebooks = {u: in_place(folder, u, m, ".ipynb") for u, m in self.units.items()}
        in_places = any((*placed.values(), *placed_notebooks.values()))
        handed_in: dict[str, list[Path]] = {}
        for unit in self.wanted:
            modules = placed[unit] if in_places else named[f"{unit}.py"]
            notebooks = placed_notebooks[unit] if in_places else named[f"{unit}.ipynb"]
            if files := self._one_form(modules, notebooks, who):
                handed_in[unit] = files
        for unit, files in handed_in.items():
            for file in files:
                self._add(who, unit, file, folder)
        strays = (
            f
            for u in self.wanted
            if u not in handed_in
            for kind in ("py", "ipynb")
            for f in named[f"{u}.{kind}"]
        )
        for stray in strays:
            text = f"{self.where(stray)} has a module's name, but lies where none is expected: not graded. Move it."
            self.notes.append(Note("unmatched", stray, who, text, unless_used=True))
        archives = [f for f in everything if f.suffix.lower() == ".zip" and self._may_be_wanted(f.stem)]
        if handed_in:
            for archive in archives:
                if archive.parent != folder:
                    continue  # deep in a clone, say: data
                text = (
                    f"{self.where(archive)} was not opened, because a module lies beside it, which is graded."
                )
                self._note("unmatched", archive, who, text)
        elif archives:
            for archive in archives:
                self._zip(archive, who, in_zip=in_zip)
        elif not any(named[f"{u}.{kind}"] for u in self.wanted for kind in ("py", "ipynb")):
            self._by_being_alone(folder, who, everything, known)

    def _by_being_alone(self, folder: Path, who: Who, everything: list[Path], known: bool) -> None:
        """With --unit, the only notebook of a student, or else the only Python file, is the module by any name."""
        python = [
            f
            for f in everything
            if f.suffix.lower() in (".py", ".ipynb")
            and unit_of(f.stem, self.units) is None
            and not steers_tests(f.stem)
            and f.stem != "__init__"
            and (known or f.parent == folder)
        ]
        modules = [f for f in python if f.suffix.lower() == ".ipynb"] or python
        if self.only_unit and len(modules) == 1:
            self._add(who, self.only_unit, modules[0], folder)
            return
        where = self.where(folder)
        expected = " or ".join(f"{self.units[u]}.py" for u in self.wanted[:3])
        if len(self.wanted) > 3:
            expected += " and so on"
        others = [f for f in everything if f.suffix.lower() in OTHER_ARCHIVES]
        if python:
            names = ", ".join(self.where(f) for f in python[:3])
            text = f"{where} holds no {expected}, but {names}: it can't be told what to grade. Rename the module."
            self._note("unmatched", folder, who, text)
        elif others:
            text = f"{self.where(others[0])}: only zip archives are opened. Unpack it by hand."
            self._note("unreadable", others[0], who, text)
        elif known:
            self._note("missing", folder, who, f"{where} holds no {expected}: nothing to grade.")
        else:
            text = f"{where} holds no {expected}, so it is taken for no student's. Use --match if it is."
            self._note("unmatched", folder, who, text)

    def _may_be_wanted(self, stem: str) -> bool:
        unit = unit_of(stem, self.units)
        return unit is None or unit in self.wanted

    def _zip(self, archive: Path, who: Who, *, in_zip: bool = False) -> None:
        if in_zip:
            text = (
                f"{self.where(archive)} is a zip in a student's zip, which is not opened. Unpack it by hand."
            )
            self._note("unreadable", archive, who, text)
        elif archive.is_symlink():
            self._note("unreadable", archive, who, f"{self.where(archive)} is a symbolic link: not followed.")
        elif folder := self._unzip(archive, who, only=GRADEABLE):
            self._student_folder(folder, who, known=True, in_zip=True)

    def _unzip(self, archive: Path, who: Who | None, *, only: frozenset[str] | None = None) -> Path | None:
        self._workdir.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="unpacked-", dir=self._workdir)) / "files"
        where = self.where(archive)
        try:
            unpack(archive, folder, only=only)
        except ArchiveError as error:
            text = f"{where} is not graded: {shown(error)}. Ask for a new one, or give its files as a folder."
            self._note("unreadable", archive, who, text)
            return None
        self._shown_as[folder] = where
        return folder

    def _one_form(self, modules: list[Path], notebooks: list[Path], who: Who) -> list[Path]:
        """The notebook where it was worked on and the module beside it is a stub; else the module, if there is one."""
        if not modules or not notebooks:
            return modules or notebooks
        instead = len(modules) == len(notebooks) == 1 and is_worked_on_instead(notebooks[0], modules[0])
        self._beside[instead] += [(notebook, who) for notebook in notebooks]
        return notebooks if instead else modules

    def _tell_of_both_forms(self) -> None:
        """Students are handed stubs and notebooks: a note for each would hide all other notes."""
        for graded, notebooks in self._beside.items():
            if not notebooks:
                continue
            file, who = notebooks[0]
            more = f" (and there are {len(notebooks) - 1} more)" if len(notebooks) > 1 else ""
            which = (
                "The notebook is graded: the .py file is a stub, or less far."
                if graded
                else "The .py file is graded."
            )
            text = f"{self.where(file)} is a notebook beside a module{more}. {which}"
            self._note("beside", file, None if more else who, text)

    @contextmanager
    def _by_itself(self, path: Path, who: Who | None = None) -> Iterator[None]:
        """Whatever is raised while `path` is looked through becomes a note on it, so that the others go on."""
        try:
            yield
        except Exception as error:  # nobody can list what unvetted folders make the file system raise
            reason = shown(f"{type(error).__name__}: {error}".strip(": "))
            self._note("unreadable", path, who, f"{self.where(path)} could not be looked through: {reason}.")

    def _add(self, who: Who, unit: str, module: Path, root: Path | None) -> None:
        self.found.append(Candidate(who, unit, module, root))

    def _note(self, kind: Kind, path: Path | None, who: Who | None, text: str) -> None:
        self.notes.append(Note(kind, path, who, text))
