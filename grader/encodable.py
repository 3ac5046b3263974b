"""Text that somebody else wrote, made fit to be written in any encoding of Unicode."""

from __future__ import annotations

from io import TextIOWrapper
from typing import Any, TextIO


def encodable(text: str) -> str:
    r"""Return the text with lone halves of surrogate pairs spelled out.

    They are valid in a Python string and in no file: `"\ud800"`, or a byte of a file name that is not UTF-8.

    >>> encodable("\ud800")
    '\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def all_encodable(value: Any) -> Any:
    """Return plain data (dicts, lists, tuples, leaves) with every text in it encodable, keys included."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {all_encodable(k): all_encodable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(all_encodable, value))
    return value


def take_any_text(*streams: TextIO) -> None:
    """Have these streams spell out what their encoding lacks, where they would raise UnicodeEncodeError."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):  # a notebook and a test put something else in its place
            stream.reconfigure(errors="backslashreplace")
