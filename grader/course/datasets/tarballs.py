"""Unpack gzipped tar archives without leaving their folder, and compare them with their unpacked files.

Only plain files and folders are accepted. Anything else, or a path that leads out, makes the whole archive
unacceptable, before anything is in its final place.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from grader.course.datasets.errors import DamagedFile, FetchFailed

_CHUNK = 1 << 20


def unpack(archive: Path, top: str) -> Path:
    """Unpack the folder `top` of the archive beside it. An earlier one is replaced once everything is unpacked.

    Raise DamagedFile, and FetchFailed when it can't be written; the earlier folder then stays.
    """
    target = archive.parent / top
    scratch = archive.parent / f".{top}.{os.getpid()}"
    old = archive.parent / f".{top}.{os.getpid()}.old"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        with _opened(archive) as tar:
            for member, name in _files(archive, tar):
                if name.parts[:1] != (top,) or len(name.parts) == 1:
                    raise DamagedFile(
                        f"{archive} holds {name}, which is not in {top}: this is not the expected archive"
                    )
                path = scratch.joinpath(*name.parts[1:])
                path.parent.mkdir(parents=True, exist_ok=True)
                source = tar.extractfile(member)
                assert source is not None  # as it is a plain file
                with source, path.open("xb") as sink:
                    shutil.copyfileobj(source, sink, _CHUNK)
        if not scratch.is_dir():
            raise DamagedFile(f"{archive} holds no files")
        if target.exists():
            target.replace(old)
        scratch.replace(target)
    except OSError as error:
        raise FetchFailed(f"{archive} could not be unpacked: {error.strerror}") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return target


def differences(archive: Path, top: str) -> list[Path]:
    """Return the unpacked files that are missing, or differ from those in the archive. Raise DamagedFile."""
    different = []
    with _opened(archive) as tar:
        for member, name in _files(archive, tar):
            path = archive.parent.joinpath(*name.parts)
            source = tar.extractfile(member)
            if source is None or not path.is_file() or path.read_bytes() != source.read():
                different.append(path)
    return different


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise DamagedFile(
            f"{archive} is damaged, or not an archive ({error}). Delete it and fetch it again"
        ) from None


def _files(archive: Path, tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, PurePosixPath]]:
    """Yield the plain files, each with its path. Raise DamagedFile for anything that is not acceptable."""
    for member in tar:
        name = PurePosixPath(member.name)
        outside = name.is_absolute() or ".." in name.parts or "\\" in member.name or ":" in member.name
        if outside or not (member.isfile() or member.isdir()):
            raise DamagedFile(
                f"{archive} holds {member.name!r}, a link or a path that leads out of it: not unpacked"
            )
        if member.isfile():
            yield member, name
