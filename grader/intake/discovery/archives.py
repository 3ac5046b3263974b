"""Zip archives that nobody has vetted, unpacked so that nothing lands outside the folder they are unpacked into.

Sizes that an archive states are not believed: bytes are counted as they come out. Files that nobody wants stay empty,
so that a message can name them; neither their names nor their sizes matter.
"""

from __future__ import annotations

import contextlib
import re
import stat
import time
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.intake.apart import limits
from grader.intake.discovery.archive_names import true_name
from grader.intake.discovery.layouts import parse_upload
from grader.intake.errors import IntakeError
from grader.intake.submission.helpers import is_cruft
from grader.plain_files import open_plain
from grader.temporary import remove

MAX_ENTRIES = 10_000  # of one student
MAX_UNPACKED = 200 * 1024**2  # bytes, of one student
MAX_LISTED = 200_000  # entries of an archive, wanted or not
MAX_CLASS = 8 * 1024**3  # bytes, of all students
_MOST_FOLDERS = 2000  # of one student, with files that are wanted
_DEEPEST = 12  # folders in each other: nobody looks into those below
_MOST_NAMED = 1000  # files that nobody wants
_DEEPEST_NAMED = 3
_CHUNK = 1 << 18


class ArchiveError(IntakeError):
    """An archive that can't or must not be unpacked. The text is a clause: 'it is encrypted'."""


@dataclass(frozen=True)
class Contents:
    """What was unpacked: how many bytes, and the folders and uploads that were left out, each with the reason."""

    size: int
    left_out: dict[str, str]


@dataclass(frozen=True)
class _Entry:
    info: zipfile.ZipInfo
    name: PurePosixPath
    owner: str = ""  # the folder or upload whose limits it counts against; "" for those of the archive


def unpack(
    archive: Path,
    folder: Path,
    wanted: frozenset[str],
    *,
    of_class: bool = False,
    used: int = 0,
) -> Contents:
    """Unpack a zip into `folder`, which is made. Files whose suffix (lower case) is not wanted stay empty.

    of_class: True if it may be several students', each of whom has a folder, or an upload of a course system
    used:     bytes that other archives of the same student have taken of what one may

    Raise ArchiveError, leaving nothing behind, where the reason concerns the archive as a whole. Cruft, and what lies
    too deep for anybody to look, is passed over.
    """
    folder.mkdir(parents=True)
    try:
        with open_plain(archive) as file, zipfile.ZipFile(file) as source:
            entries, unwanted = _sorted_out(source, wanted)
            contents = _unpack_all(
                source, folder, _owned(entries) if of_class else entries, MAX_UNPACKED - used
            )
            _name(unwanted, folder)
            return contents
    except BaseException as error:
        remove(folder)
        if isinstance(error, ArchiveError) or not isinstance(error, Exception):
            raise
        raise ArchiveError(_in_words(error)) from error


def _sorted_out(source: zipfile.ZipFile, wanted: frozenset[str]) -> tuple[list[_Entry], list[PurePosixPath]]:
    """Return the entries that are wanted, and the names of others."""
    infos = source.infolist()
    if len(infos) > MAX_LISTED:
        raise ArchiveError(f"it holds {len(infos)} entries, more than {MAX_LISTED}")
    entries, unwanted = [], []
    for info in infos:
        text = true_name(info)
        name = PurePosixPath(text)
        leads_out = text.startswith("/") or bool(re.match(r"[A-Za-z]:", text)) or ".." in name.parts
        is_wanted = name.suffix.lower() in wanted
        if is_wanted and leads_out:
            raise ArchiveError("it holds a path that leads out of it")
        if info.is_dir() or leads_out or len(name.parts) > _DEEPEST or any(map(is_cruft, name.parts)):
            continue
        if is_wanted:
            entries.append(_Entry(info, name))
        elif 0 < len(name.parts) <= _DEEPEST_NAMED:
            unwanted.append(name)
    return entries, unwanted[:_MOST_NAMED]


def _owned(entries: list[_Entry]) -> list[_Entry]:
    """Return the entries with their owners: what lies at the top, or in the one folder that holds everything."""
    tops = {entry.name.parts[0] if len(entry.name.parts) > 1 else "" for entry in entries}
    depth = 2 if len(tops) == 1 and tops != {""} else 1
    return [replace(entry, owner=_owner(entry.name, depth)) for entry in entries]


def _owner(name: PurePosixPath, depth: int) -> str:
    in_folder = len(name.parts) > depth
    is_upload = parse_upload(name.name) is not None or name.suffix.lower() == ".zip"
    return "/".join(name.parts[:depth]) if in_folder or is_upload else ""


def _name(unwanted: list[PurePosixPath], folder: Path) -> None:
    for name in unwanted:
        with contextlib.suppress(OSError, ValueError):  # too long, or a file in the place of its folder
            target = folder.joinpath(*name.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(exist_ok=False)


class _Unpacked:
    """The files that were unpacked, and their bytes, by owner and in all. most: bytes of one owner"""

    def __init__(self, most: int) -> None:
        self.files: dict[str, set[Path]] = defaultdict(set)
        self.total = 0
        self._most = most
        self._sizes: dict[str, int] = defaultdict(int)
        self._seconds: dict[str, float] = defaultdict(float)  # of the processor's time
        self._since = time.process_time()

    def begin(self) -> None:
        """Begin with another file."""
        self._since = time.process_time()

    def count(self, owner: str, size: int) -> None:
        """Add the bytes of an owner. Raise ArchiveError above a limit."""
        self._sizes[owner] += size
        self.total += size
        if self._sizes[owner] > self._most:
            raise ArchiveError(f"it unpacks to more than {MAX_UNPACKED // 1024**2} MB")
        if self.total > MAX_CLASS:
            raise ArchiveError(f"it unpacks to more than {MAX_CLASS // 1024**3} GB")
        before, self._since = self._since, time.process_time()
        self._seconds[owner] += self._since - before
        if self._seconds[owner] > limits.SECONDS:
            raise ArchiveError(f"unpacking it takes more than {limits.SECONDS} seconds")


def _unpack_all(source: zipfile.ZipFile, folder: Path, entries: list[_Entry], most: int) -> Contents:
    """Unpack all entries but those of an owner of whom one can't be."""
    counts = Counter(entry.owner for entry in entries)
    folders = Counter(owner for owner, _ in {(e.owner, above) for e in entries for above in e.name.parents})
    unpacked = _Unpacked(most)
    left_out: dict[str, str] = {}
    for entry in entries:
        if entry.owner in left_out:
            continue
        try:
            if counts[entry.owner] > MAX_ENTRIES:
                raise ArchiveError(f"it holds {counts[entry.owner]} files, more than {MAX_ENTRIES}")
            if folders[entry.owner] > _MOST_FOLDERS:
                raise ArchiveError(f"it holds {folders[entry.owner]} folders, more than {_MOST_FOLDERS}")
            _unpack(source, entry, folder, unpacked)
        except Exception as error:  # whatever zipfile's decompressors and parsers raise
            if not entry.owner or unpacked.total > MAX_CLASS:
                raise
            left_out[entry.owner] = str(error) if isinstance(error, ArchiveError) else _in_words(error)
            for file in unpacked.files.pop(entry.owner, ()):
                file.unlink()
            remove(folder.joinpath(*PurePosixPath(entry.owner).parts))
    return Contents(unpacked.total, left_out)


def _unpack(source: zipfile.ZipFile, entry: _Entry, folder: Path, unpacked: _Unpacked) -> None:
    _require_plain(entry.info)
    target = folder.joinpath(*entry.name.parts)
    if target in unpacked.files[entry.owner]:
        raise ArchiveError("it holds two files of the same name")
    target.parent.mkdir(parents=True, exist_ok=True)
    unpacked.begin()
    with source.open(entry.info) as stream, target.open("xb") as sink:
        unpacked.files[entry.owner].add(target)
        while data := stream.read(_CHUNK):
            unpacked.count(entry.owner, len(data))
            sink.write(data)


def _require_plain(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise ArchiveError("it is encrypted")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise ArchiveError("it holds a symbolic link")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveError("it holds something that is neither a file nor a folder")


def _in_words(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "it holds a file name that can't be read"
    if isinstance(error, NotImplementedError):
        return f"it is compressed in a way that is not supported ({error})"
    if isinstance(error, zipfile.BadZipFile) and "CRC" in str(error):
        return "it is damaged (a checksum does not match)"
    if isinstance(error, OSError) and error.strerror:
        return f"it can't be unpacked ({error.strerror})"
    return "it is damaged, or not a zip archive"
