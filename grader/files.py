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
from typing import Any

from grader.plain_files import read_plain

_ERRORS = "backslashreplace"  # a lone half of a surrogate pair, which in JSON is written in just that way


class FilesError(Exception):
    """A file can't be used as it is. The text says which, and what to do."""


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` in one step: a reader, or a crash, finds the old text or the new one."""
    write_bytes_atomically(path, text.encode("utf-8", _ERRORS))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Replace `path` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 digest in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_json(value: Any) -> str:
    """Return JSON for people and diffs: indented, with letters of every script as they are."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from grading into `folder` meanwhile. Raises FilesError at once if someone does."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
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
