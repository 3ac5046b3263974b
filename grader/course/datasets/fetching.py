"""Download files once, check them against their checksums, and keep them in a cache. Only when asked for.

A file in the cache is always whole: it is downloaded under another name, checked, and then renamed (pooch).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.datasets.errors import FetchFailed, MissingPackage

CACHE_VARIABLE = "GRADER_DATA"
_TIMEOUT = 30  # seconds without an answer


@dataclass(frozen=True)
class RemoteFile:
    """One file of a set: its name, its checksum ("sha256:…" or "md5:…") and its size in bytes, for display."""

    name: str
    checksum: str
    size: int


@dataclass(frozen=True)
class Source:
    """Files that are fetched together, and the addresses of folders that hold them, best first."""

    name: str
    files: tuple[RemoteFile, ...]
    addresses: tuple[str, ...]


def cache_folder(given: Path | None = None) -> Path:
    """Return the folder given, else that of $GRADER_DATA, else the platform's own place for caches.

    Raise MissingPackage where the platform's place is wanted and pooch, which knows it, is not installed.
    """
    if given is not None:
        return given.expanduser()
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    try:
        import pooch
    except ImportError:
        raise MissingPackage(
            f'pooch is not installed: pip install "grader[data]" (or name a folder in ${CACHE_VARIABLE})'
        ) from None
    return Path(pooch.os_cache("grader"))


def fetch(source: Source, cache: Path, *, mirror: str | None = None, progress: bool = False) -> list[Path]:
    """Download the source's files into cache/<name>/, and return the new ones. Files that are whole are kept.

    mirror: the address of a folder; files are then taken from there only

    Raise FetchFailed, and MissingPackage where pooch or, for a progress bar, tqdm is not installed.
    """
    folder = cache / source.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchFailed(
            f"{folder} can't be made ({error.strerror}); name another folder: --cache DIR"
        ) from None
    addresses = [mirror] if mirror else source.addresses
    fetched = []
    for file in source.files:
        if not is_whole(folder / file.name, file.checksum):
            _fetch_file(file, source, folder, addresses, progress)
            fetched.append(folder / file.name)
    return fetched


def is_whole(path: Path, checksum: str) -> bool:
    """Return True if the file is there, can be read, and has that checksum."""
    import hashlib

    algorithm, _, expected = checksum.partition(":")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest() == expected
    except OSError:
        return False


def _fetch_file(
    file: RemoteFile, source: Source, folder: Path, addresses: Sequence[str], progress: bool
) -> None:
    try:
        import pooch
        import requests
        from urllib3.exceptions import HTTPError

        downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=1 << 16, timeout=_TIMEOUT)
    except (ImportError, ValueError) as error:  # pooch says with a ValueError that tqdm is missing
        raise MissingPackage(f'fetching needs pooch and tqdm ({error}): pip install "grader[data]"') from None
    pooch.get_logger().setLevel("ERROR")  # it would log hashes that need no action
    tried = []
    for address in addresses:
        url = f"{address.rstrip('/')}/{file.name}"
        try:
            pooch.retrieve(url, file.checksum, file.name, folder, downloader=downloader)
            return
        except (OSError, requests.RequestException, HTTPError) as error:
            tried.append(f"{url}: {_reason(error)}")
        except ValueError:
            tried.append(f"{url}: the downloaded file does not have the checksum {file.checksum}")
    raise FetchFailed(
        f"{file.name} could not be fetched. Tried:\n"
        + "".join(f"  {t}\n" for t in tried)
        + f"Without a connection, download {', '.join(f.name for f in source.files)} on another machine from\n"
        + "".join(f"  {a}\n" for a in source.addresses)
        + f"and put it into\n  {folder}\nOr, if you have a mirror, give the address of its folder: --mirror URL"
    )


def _reason(error: Exception) -> str:
    """Return an error of the network in a few words, without its nested reprs."""
    import requests

    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    if isinstance(error, requests.Timeout):
        return f"no answer within {_TIMEOUT} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off half-way"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}"
