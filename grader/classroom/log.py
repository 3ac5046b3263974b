"""The log of a run: what happened, one line of JSON an event, for who looks into a run afterwards."""

from __future__ import annotations

import contextlib
import datetime
import json
from pathlib import Path
from typing import Any, TextIO

from grader.encodable import as_escapes
from grader.files import make_private, open_private


class RunLog:
    """Appends events to a file. It never ends a run: if the file can't be written, events are lost.

    Use as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self._file: TextIO | None = None
        with contextlib.suppress(OSError):
            make_private(path.parent)
            self._file = open_private(path)
            if self._file.tell() and not path.read_bytes().endswith(b"\n"):
                self._file.write("\n")  # a line that a crash cut short stays alone on its line

    def __enter__(self) -> RunLog:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            if self._file:
                self._file.close()

    def write(self, event: str, **about: Any) -> None:
        """Append one event with the time of day."""
        if self._file is None:
            return
        line = json.dumps({"time": now(), "event": event, **about}, ensure_ascii=False, default=str)
        line = as_escapes(line)
        with contextlib.suppress(OSError):
            self._file.write(line + "\n")
            self._file.flush()


def now() -> str:
    """Return the time of day, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
