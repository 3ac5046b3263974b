"""Bytes cut off, left out, doubled, moved and replaced, as in files that were not saved as a whole, or forged."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

_ODD = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\x1b[31m",
    b"\xe2\x80\xae",
    b"\r",
    b"9" * 5000,
)
_TEXT = st.characters(codec="utf-8") | st.sampled_from("\x00\x1b\x85\u2028\u202e'\"\\,;=@{}[]()")


def texts(most: int = 12) -> st.SearchStrategy[str]:
    """Texts of any characters that a file in UTF-8 may hold, odd ones more often than others."""
    return st.text(_TEXT, max_size=most)


@st.composite
def damaged(
    draw: st.DrawFn, whole: st.SearchStrategy[bytes], tokens: Sequence[bytes] = (), most: int = 4
) -> bytes:
    """Return one of `whole`, or one that was damaged at some places. tokens: what is put in as a whole"""
    data = draw(whole)
    for _ in range(draw(st.integers(0, most))):
        size = len(data)
        start = draw(st.integers(0, size))
        end = min(size, start + draw(st.integers(0, 1 + size // 4)))
        kind = draw(st.integers(0, 5))
        if kind == 0:
            data = data[:start]
        elif kind == 1:
            data = data[:start] + data[end:]
        elif kind == 2:
            data = data[:end] + data[start:]
        elif kind == 3:
            data = data[:start] + draw(st.binary(max_size=4)) + data[start + 1 :]
        elif kind == 4:
            data = data[:start] + draw(st.sampled_from((*tokens, *_ODD))) + data[start:]
        elif start < size:
            data = data[:start] + bytes([data[start] ^ 1 << draw(st.integers(0, 7))]) + data[start + 1 :]
    return data
