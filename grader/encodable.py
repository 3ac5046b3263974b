r"""Text that somebody else wrote, made fit to be written to a file, and to be shown.

Such a text may hold halves of surrogate pairs, which no file takes; control characters, which move a terminal's cursor
or change its colours; marks that turn the writing around, so that a line reads as another; and lines that the log of a
CI system takes for commands. All are spelled out here, as Python spells them: `\x1b`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, TextIO

JOINERS = "\u200c\u200d"  # invisible, and needed to spell Persian and Indic names
_UNSHOWN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNREADABLE = re.compile(f"[{_UNSHOWN}]")
_LINE_END = re.compile("\r\n?")
# What GitHub's and Azure's runners carry out when a program prints it: at the start of a line, or anywhere in it.
_COMMAND = re.compile(r"^([^\S\n]*+):(?=:)|#(?=#(?:vso)?\[)", re.MULTILINE)


def encodable(text: str) -> str:
    r"""Return the text with lone halves of surrogate pairs spelled out.

    They are valid in a Python string and in no file: `"\ud800"`, or a byte of a file name that is not UTF-8.

    >>> encodable("\ud800")
    '\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def readable(text: str) -> str:
    r"""Return a text of several lines as it may be kept and shown: ends of lines are \n, and tabs stay.

    Control characters, marks that override the direction of writing and lone halves of surrogate pairs are spelled out.

    >>> readable("red: \x1b[31m\r\nnext")
    'red: \\x1b[31m\nnext'
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNREADABLE.sub(_spelled, _LINE_END.sub("\n", text))


def all_readable(value: Any) -> Any:
    """Return plain data (dicts, lists, tuples, leaves) with every text in it readable, keys included."""
    return _with_texts(value, readable)


def readable_json(text: str | bytes) -> Any:
    """Return the plain data of a JSON text, with every text in it readable.

    Raise ValueError for what is not JSON, and for what is nested too deeply for those who go through it.
    """
    try:
        return all_readable(json.loads(text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def shown(text: object) -> str:
    r"""Return text on one line for a terminal, a log or a list: whatever does not print is spelled out.

    >>> shown("::error::\nx")
    '\\x3a:error::\\nx'
    """
    line = "".join(c if c.isprintable() or c in JOINERS else _escape(c) for c in str(text))
    return _COMMAND.sub(_disarmed, line)


def shown_lines(text: object) -> str:
    """Return a text of several lines for a terminal or a log: as `readable` does, and with no line a command of CI."""
    return _COMMAND.sub(_disarmed, readable(str(text)))


def as_escapes(text: str) -> str:
    r"""Return the text of JSON, which says the same, with what is not readable as JSON's own escapes (`\u001b`)."""
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def take_any_text(*streams: TextIO) -> None:
    """Have these streams spell out what their encoding lacks, where they would raise UnicodeEncodeError."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):  # a notebook and a test put something else in its place
            stream.reconfigure(errors="backslashreplace")


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_with_texts(k, change): _with_texts(v, change) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_with_texts(v, change) for v in value)
    return value


def all_encodable(value: Any) -> Any:
    """Return plain data (dicts, lists, tuples, leaves) with every text in it encodable, keys included."""
    return _with_texts(value, encodable)


def _spelled(found: re.Match[str]) -> str:
    return _escape(found[0])


def _escape(character: str) -> str:
    return ascii(character)[1:-1]


def _disarmed(found: re.Match[str]) -> str:
    return r"\x23" if found[0] == "#" else rf"{found[1]}\x3a"
