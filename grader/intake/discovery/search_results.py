"""The results of a search through files, before it is known who the students are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.intake.discovery.archives import ArchiveError, unpack
from grader.intake.discovery.findings import Kind, shown
from grader.intake.discovery.layouts import (
    GRADEABLE,
    Units,
    Who,
    parse_moodle_folder,
    parse_upload,
    unit_of,
)


@dataclass(frozen=True)
class Scope:
    """The units of the course, and the only one that is wanted, if only one is."""

    units: Units
    only_unit: str | None = None

    @property
    def wanted(self) -> list[str]:
        return [self.only_unit] if self.only_unit else list(self.units)

    def may_name_wanted(self, stem: str) -> bool:
        """Return True unless a file's stem names a unit that is not wanted."""
        unit = unit_of(stem, self.units)
        return unit is None or unit in self.wanted


@dataclass(frozen=True)
class Candidate:
    """A file that may be a student's module of a unit. Without a `root`, a folder of its own, it has no helpers."""

    who: Who
    unit: str
    module: Path
    root: Path | None


@dataclass(frozen=True)
class UnnamedFinding:
    """A finding before its student is known; `unless_used`: only if no submission holds the file."""

    kind: Kind
    path: Path | None
    who: Who | None
    text: str
    unless_used: bool = False


class SearchResults:
    """Candidates and findings of one search, and the folders that archives were unpacked into.

    candidates: files that name their unit
    loose:      files that may be a module although they do not have its name, such as `softmax (1).py`
    top:        the folder that was given, or the one that holds the file that was given
    """

    def __init__(self, workdir: Path) -> None:
        self.candidates: list[Candidate] = []
        self.loose: list[Candidate] = []
        self.findings: list[UnnamedFinding] = []
        self.workdir = workdir.resolve()
        self.top = Path()
        self._archives: dict[Path, str] = {}  # folder that one was unpacked into → its name

    def add(self, who: Who, unit: str, module: Path, root: Path | None) -> None:
        self.candidates.append(Candidate(who, unit, module, root))

    def note(
        self, kind: Kind, path: Path | None, who: Who | None, text: str, *, unless_used: bool = False
    ) -> None:
        self.findings.append(UnnamedFinding(kind, path, who, text, unless_used))

    def where(self, path: Path) -> str:
        """Return a path as the instructor knows it: relative to what was given, archives by their names."""
        for folder, name in self._archives.items():
            if path.is_relative_to(folder):
                return shown("/".join((name, *path.relative_to(folder).parts)))
        if path == self.top:
            return shown(path.name)
        return shown(path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else path)

    def unzip(self, archive: Path, who: Who | None) -> Path | None:
        """Return a folder with the archive's files; None, with a finding, if it can't be unpacked."""
        folder, _ = self._unzip(archive, who, of_class=False)
        return folder

    def unzip_class(self, archive: Path) -> tuple[Path | None, dict[str, str]]:
        """Do the same for what may be several students'.

        Return also the folders and uploads in it that were left out, each with the reason.
        """
        return self._unzip(archive, None, of_class=True)

    def note_left_out(self, archive: Path, name: str, reason: str) -> None:
        """Add the finding on a student's folder or upload in a class's archive that was left out."""
        place = PurePosixPath(name)
        upload = parse_upload(place.name) or parse_moodle_folder(place.name)
        who = upload[0] if upload else Who((place.stem if place.suffix == ".zip" else place.name,))
        self._note_unreadable(archive, f"{self.where(archive)}/{shown(name)}", who, reason)

    def _unzip(self, archive: Path, who: Who | None, *, of_class: bool) -> tuple[Path | None, dict[str, str]]:
        self.workdir.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="unpacked-", dir=self.workdir)) / "files"
        where = self.where(archive)
        try:
            left_out = unpack(archive, folder, GRADEABLE, of_class=of_class)
        except ArchiveError as error:
            self._note_unreadable(archive, where, who, str(error))
            return None, {}
        self._archives[folder] = where
        return folder, left_out

    def _note_unreadable(self, archive: Path, where: str, who: Who | None, reason: str) -> None:
        text = f"{where} is not graded: {shown(reason)}. Ask for a new one, or give its files as a folder."
        self.note("unreadable", archive, who, text)

    @contextmanager
    def errors_of(self, path: Path, who: Who | None = None) -> Iterator[None]:
        """Turn whatever is raised while `path` is looked through into a finding, so that the others go on."""
        try:
            yield
        except Exception as error:  # nobody can list what unvetted folders make the file system raise
            reason = shown(f"{type(error).__name__}: {error}".strip(": "))
            self.note("unreadable", path, who, f"{self.where(path)} could not be looked through: {reason}.")
