"""The log of a run: what happened, one line of JSON an event, for who looks into a run afterwards."""

from __future__ import annotations

import contextlib
import datetime
import json
from pathlib import Path
from typing import Any, TextIO


class RunLog:
    """Appends events to a file. It never ends a run: if the file can't be written, events are lost.

    Use as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self._file: TextIO | None = None
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
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
        with contextlib.suppress(OSError):
            self._file.write(line + "\n")
            self._file.flush()


def now() -> str:
    """Return the time of day, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
