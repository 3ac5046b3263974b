"""The reply of the process that reads unvetted files, should that process be taken over: plain data, or refused.

Refused is what makes the unpickler raise an Exception. Nothing but data of the room may be made on the way. How much
memory a forged reply asks for is not looked at: who has taken that process over has found a hole in Python before.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from pickletools import genops

from fuzz import expect
from fuzz.damage import damaged
from hypothesis import strategies as st

from grader.intake.apart.client import _Replies
from grader.intake.discovery.archives import ArchiveError, Contents
from grader.intake.discovery.findings import Finding
from grader.intake.discovery.layouts import Who
from grader.intake.submission.helpers import Helpers
from grader.intake.submission.notebook_reader import Cell

_REPLIES = st.sampled_from(
    [
        ("value", Helpers((Path("a.py"),), ("b",)), True),
        ("value", [Cell(1, "x"), Finding("late", Path("a"), "ada", "text"), Who(("a",)), {1, 2}], True),
        ("value", Contents(3, {"a": "b"}), False),
        ("raised", ArchiveError("it is damaged"), True),
        ("raised", FileNotFoundError(2, "no such file", "a"), True),
        ("memory", None, False),
    ]
)
_TOKENS = [
    *(
        b"\x8c\x02os",
        b"\x8c\x06system",
        b"\x8c\x1agrader.intake.apart.client",
        b"\x8c\x10subprocess.Popen",
        b"\x93",
    ),
    *(
        b"R",
        b"\x81",
        b"b",
        b"cos\nsystem\n",
        b"cgrader.intake.apart.client\nos.system\n",
        b")",
        b"\x85",
        b".",
    ),
]
INPUTS = damaged(st.builds(pickle.dumps, _REPLIES, st.sampled_from([2, 4, 5])), _TOKENS)


class _Watched(_Replies):
    """Tells of everything that is taken out of modules."""

    def find_class(self, module: str, name: str) -> object:
        found = super().find_class(module, name)
        plain = isinstance(found, type) and "." not in name and found.__module__.partition(".")[0] != "os"
        if not plain or not (found.__module__.startswith("grader.intake.") or found.__module__ in _PLAIN):
            raise _Taken(f"{module}.{name}: {found!r}")
        return found


_NUMBERS = {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FRAME"}
_PLAIN = {"builtins", "collections", "pathlib"}


class _Taken(BaseException):
    """Something other than a class of the room, or a plain one, was taken out."""


def run(data: bytes) -> None:
    if _is_large(data):
        return
    try:
        _Watched(io.BytesIO(data)).load()
    except _Taken as taken:
        expect(False, "taken out of a reply:", taken)
    except Exception:  # whatever broken pickles make the unpickler raise
        return


def _is_large(data: bytes) -> bool:
    """Return True for a pickle that asks for more room than it has bytes."""
    try:
        return any(
            isinstance(given, int) and given > 1000
            for code, given, _ in genops(data)
            if code.name not in _NUMBERS
        )
    except Exception:  # it is cut off, maybe within something large
        return True
