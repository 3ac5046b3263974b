"""Zip archives that nobody has vetted, unpacked so that nothing lands outside the folder they are unpacked into.

Sizes that an archive states are not believed: bytes are counted as they come out.
"""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.intake.submission.helpers import is_cruft
from grader.plain_files import open_plain

MAX_ENTRIES = 10_000
MAX_UNPACKED = 200 * 1024**2  # bytes
_CHUNK = 1 << 18


class ArchiveError(Exception):
    """An archive that can't or must not be unpacked. The text is a clause: 'it is encrypted'."""


def unpack(archive: Path, folder: Path, *, only: frozenset[str] | None = None) -> None:
    """Unpack a zip into `folder`, which is made. Raises ArchiveError, leaving nothing behind.

    With `only`, files of other suffixes (lower case, with the dot) are read and counted but not
    written: a student's archive may carry a data set. Cruft is passed over.
    """
    folder.mkdir(parents=True)
    try:
        with open_plain(archive) as file, zipfile.ZipFile(file) as source:
            _unpack_all(source, folder, only)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, ArchiveError) or not isinstance(error, Exception):
            raise
        raise ArchiveError(_in_words(error)) from error


def _in_words(error: Exception) -> str:
    # zipfile lets through whatever its decompressors and parsers raise, so every Exception ends here.
    if isinstance(error, UnicodeError):
        return "it holds a file name that is not UTF-8"
    if isinstance(error, NotImplementedError):
        return f"it is compressed in a way that is not supported ({error})"
    if isinstance(error, zipfile.BadZipFile) and "CRC" in str(error):
        return "it is damaged (a checksum does not match)"
    if isinstance(error, OSError) and error.strerror:
        return f"it can't be unpacked ({error.strerror})"
    return "it is damaged, or not a zip archive"


def _unpack_all(source: zipfile.ZipFile, folder: Path, only: frozenset[str] | None) -> None:
    infos = source.infolist()
    if len(infos) > MAX_ENTRIES:
        raise ArchiveError(f"it holds {len(infos)} entries, more than {MAX_ENTRIES}")
    left = MAX_UNPACKED
    taken: set[str] = set()
    for info, name in _wanted(infos):
        if info.is_dir():
            continue
        if name.as_posix() in taken:
            raise ArchiveError("it holds two files of the same name")
        taken.add(name.as_posix())
        if only is not None and name.suffix.lower() not in only:
            for data in _chunks(source, info):
                left = _counted(left, data)
            continue
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as sink:
            for data in _chunks(source, info):
                left = _counted(left, data)
                sink.write(data)


def _wanted(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Yield all entries but cruft, each with its true name. All are checked before the first is written."""
    wanted = []
    for info in infos:
        text = _true_name(info)
        name = PurePosixPath(text)
        if text.startswith("/") or re.match(r"[A-Za-z]:", text) or ".." in name.parts:
            raise ArchiveError("it holds a path that leads out of it")
        if info.flag_bits & 0x1:
            raise ArchiveError("it is encrypted")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind == stat.S_IFLNK:
            raise ArchiveError("it holds a symbolic link")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveError("it holds something that is neither a file nor a folder")
        if name.parts and not any(is_cruft(part) for part in name.parts):
            wanted.append((info, name))
    yield from wanted


def _true_name(info: zipfile.ZipInfo) -> str:
    """Return the entry's name, with forward slashes. Raises UnicodeError when it is not UTF-8."""
    name = info.filename
    as_stored = (
        info.orig_filename.partition("\0")[0] == name
    )  # else from a field that is Unicode by definition
    if as_stored and not info.flag_bits & 0x800:  # zipfile read cp437; macOS writes UTF-8 without saying so
        name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")  # written so by some programs on Windows


def _chunks(source: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with source.open(info) as stream:
        while data := stream.read(_CHUNK):
            yield data


def _counted(left: int, data: bytes) -> int:
    if len(data) > left:
        raise ArchiveError(f"it unpacks to more than {MAX_UNPACKED // 1024**2} MB")
    return left - len(data)
