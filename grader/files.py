"""Files: atomic replacement, a lock on a folder, the course's secret."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from grader.encodable import as_escapes
from grader.plain_files import read_plain

_ERRORS = "backslashreplace"  # a lone half of a surrogate pair, which in JSON is written in just that way
_NEW = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_USUAL_MODES = (0o755, 0o775, 0o777)  # of folders, as they are made where nobody has thought of it


class FilesError(Exception):
    """A file can't be used as it is. The text says which, and what to do."""


def write_atomically(path: Path, text: str, *, private: bool = False, durable: bool = True) -> None:
    """Replace `path` in one step: a reader, or a crash, finds the old text or the new one.

    private: its owner alone may read it; else whoever the umask lets
    durable: wait until it is on the disk
    """
    write_bytes_atomically(path, text.encode("utf-8", _ERRORS), private=private, durable=durable)


def write_bytes_atomically(path: Path, data: bytes, *, private: bool = False, durable: bool = True) -> None:
    """Replace `path` in one step. A link in its place is replaced and never followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name that nobody can know before: whoever may write into the folder could have put a link there.
    scratch = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(scratch, _NEW | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def open_private(path: Path, *, append: bool = True) -> TextIO:
    """Open a text file for writing that its owner alone may read. Raises OSError for a link in its place."""
    descriptor = os.open(path, _NEW | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    return os.fdopen(descriptor, "a" if append else "w", encoding="utf-8", errors=_ERRORS)


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone may read.

    One that is there, of an earlier run or still empty, becomes so if it has the mode that folders usually get. Any
    other mode is somebody's choice, as is a folder that holds something else.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(0o700)
    except FileExistsError:
        ours = (folder / "journal.jsonl").exists() or not any(folder.iterdir())
        if ours and folder.resolve() != Path.cwd() and stat.S_IMODE(folder.stat().st_mode) in _USUAL_MODES:
            with contextlib.suppress(PermissionError):  # somebody else's
                folder.chmod(0o700)


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 digest in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_json(value: Any) -> str:
    """Return JSON for people and diffs: indented, with letters of every script as they are, and controls as escapes."""
    return as_escapes(json.dumps(value, indent=1, ensure_ascii=False)) + "\n"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from grading into `folder` meanwhile. Raises FilesError at once if someone does."""
    import fcntl

    make_private(folder)
    with open_private(folder / ".lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FilesError(
                f"another `grader grade` is writing into {folder}; wait, or give another --out"
            ) from None
        yield


def read_secret(path: Path) -> bytes:
    """Return the course's secret, made at first use and readable to its owner alone. Raises FilesError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise FilesError(
                f"the secret {path} is a link that leads nowhere; delete it, or mend it"
            ) from None
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise FilesError(f"{path} can be read by others: it decides the seeds. Run: chmod 600 {path}")
    try:
        secret = read_plain(path).strip()
    except OSError as error:
        raise FilesError(f"the secret {path} can't be read: {error.strerror}") from None
    if len(secret) < 16:
        raise FilesError(f"{path} holds fewer than 16 characters; delete it and a new one will be made")
    return secret
