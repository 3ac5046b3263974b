"""The results of a search through files, before it is known who the students are."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Concatenate, ParamSpec, TypeVar

from grader.encodable import shown
from grader.intake.apart import limits
from grader.intake.apart.client import apart, apart_for
from grader.intake.discovery.archives import ArchiveError, Contents, unpack
from grader.intake.discovery.findings import Kind
from grader.intake.discovery.layouts import (
    GRADEABLE,
    Units,
    Who,
    parse_moodle_folder,
    parse_upload,
    unit_of,
)
from grader.intake.errors import UnreadableError

P = ParamSpec("P")
T = TypeVar("T")
_MOST_OF_A_KIND = 10  # findings on one student


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
    classes:    folders that were taken for a class, the outermost first
    beside:     notebooks beside modules: is the notebook graded? → those
    top:        the folder that was given, or the one that holds the file that was given
    """

    def __init__(self, scope: Scope, workdir: Path) -> None:
        self.candidates: list[Candidate] = []
        self.loose: list[Candidate] = []
        self.findings: list[UnnamedFinding] = []
        self.beside: dict[bool, list[tuple[Path, Who]]] = {False: [], True: []}
        self.classes: list[Path] = []
        self.scope = scope
        self.workdir = workdir.resolve()
        self.top = Path()
        self._archives: dict[Path, str] = {}  # folder that one was unpacked into → its name
        self._sources: dict[Path, Path] = {}  # the same folder → the archive
        self._unpacked = 0  # bytes

    def look(
        self,
        path: Path,
        who: Who | None,
        function: Callable[Concatenate[SearchResults, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """Have `function` look through `path`, of one student, in the reading process. Return what it returns.

        It is given empty results, which are added to these. A finding and None if it can't be looked through: then
        nothing of it is used, and the others go on.
        """
        empty = SearchResults(self.scope, self.workdir)
        empty.top = self.top
        empty._archives = {folder: name for folder, name in self._archives.items() if _within(path, folder)}
        with self.errors_of(path, who):
            found, value = apart(_looking, empty, function, args, kwargs)
            self._join(found)
            return value  # type: ignore[no-any-return]
        return None

    def _join(self, found: SearchResults) -> None:
        self.candidates += found.candidates
        self.loose += found.loose
        self.findings += _not_too_many(found.findings)
        self._archives |= found._archives
        self._sources |= found._sources
        for graded, notebooks in found.beside.items():
            self.beside[graded] += notebooks

    def add(self, who: Who, unit: str, module: Path, root: Path | None) -> None:
        self.candidates.append(Candidate(who, unit, module, root))

    def note(
        self, kind: Kind, path: Path | None, who: Who | None, text: str, *, unless_used: bool = False
    ) -> None:
        self.findings.append(UnnamedFinding(kind, path, who, text, unless_used))

    def note_both_forms(self) -> None:
        """Add one finding on all notebooks beside modules: every student has some, and one each would hide the rest."""
        for graded, notebooks in self.beside.items():
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
            self.note("beside", file, None if more else who, text)

    def where(self, path: Path) -> str:
        """Return a path as the instructor knows it: relative to what was given, archives by their names."""
        for folder, name in self._archives.items():
            if path.is_relative_to(folder):
                return shown("/".join((name, *path.relative_to(folder).parts)))
        if path == self.top:
            return shown(path.name)
        return shown(path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else path)

    def owner_of_place(self, path: Path) -> Who | None:
        """Return the student that the folder or file of the class is named after in which `path` lies."""
        top = next(iter(self.classes), self.top)
        while not path.is_relative_to(top):
            folder = next((f for f in self._sources if path.is_relative_to(f)), None)
            if folder is None:
                return None
            path = self._sources[folder] / path.relative_to(folder)
        name = next(iter(path.relative_to(top).parts), "")
        upload = parse_upload(name) or parse_moodle_folder(name)
        if upload:
            return upload[0]
        return Who((Path(name).stem if Path(name).suffix.lower() in GRADEABLE else name,))

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
        seconds = limits.OF_CLASS if of_class else limits.SECONDS
        try:
            contents: Contents = apart_for(
                seconds, unpack, archive, folder, GRADEABLE, of_class=of_class, used=self._unpacked
            )
        except (ArchiveError, UnreadableError) as error:
            self._note_unreadable(archive, where, who, str(error))
            return None, {}
        self._unpacked += 0 if of_class else contents.size
        self._archives[folder] = where
        self._sources[folder] = archive
        return folder, contents.left_out

    def _note_unreadable(self, archive: Path, where: str, who: Who | None, reason: str) -> None:
        text = f"{where} is not graded: {shown(reason)}. Ask for a new one, or give its files as a folder."
        self.note("unreadable", archive, who, text)

    @contextmanager
    def errors_of(self, path: Path, who: Who | None = None) -> Iterator[None]:
        """Turn whatever is raised while `path` is looked through into a finding, so that the others go on."""
        try:
            yield
        except Exception as error:  # nobody can list what unvetted folders make the file system raise
            words = (
                str(error)
                if isinstance(error, UnreadableError)
                else f"{type(error).__name__}: {error}".strip(": ")
            )
            text = f"{self.where(path)} could not be looked through: {shown(words).rstrip('.')}."
            self.note("unreadable", path, who, text)


def _looking(
    results: SearchResults, function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[SearchResults, T]:
    return results, function(results, *args, **kwargs)


def _within(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder)


def _not_too_many(findings: list[UnnamedFinding]) -> list[UnnamedFinding]:
    """Return the first findings of each kind on one student's files, with a last one on how many more there are."""
    counts = Counter(finding.kind for finding in findings)
    kept: list[UnnamedFinding] = []
    said: Counter[Kind] = Counter()
    for finding in findings:
        said[finding.kind] += 1
        if said[finding.kind] <= _MOST_OF_A_KIND:
            kept.append(finding)
    for kind, n in counts.items():
        if n > _MOST_OF_A_KIND:
            last = next(f for f in reversed(kept) if f.kind == kind)
            text = f"(and {n - _MOST_OF_A_KIND} more like this one: {last.text})"
            kept.append(UnnamedFinding(kind, last.path, last.who, text))
    return kept
