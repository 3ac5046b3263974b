"""The names of a zip's entries as whoever packed it saw them."""

from __future__ import annotations

import unicodedata
import zipfile

# Windows packs with the code page of its console, other programs with that of its desktop; Chinese Windows with GBK.
_CODE_PAGES = ("cp850", "cp1252", "gb18030", "cp932")


def true_name(info: zipfile.ZipInfo) -> str:
    """Return the entry's name, with forward slashes.

    A name that is not marked as Unicode is UTF-8, as macOS writes it, or else in the first code page in which it
    consists of letters: in none, it is spelled as in the first.
    """
    name = info.filename
    as_stored = (
        info.orig_filename.partition("\0")[0] == name
    )  # else from a field that is Unicode by definition
    if as_stored and not info.flag_bits & 0x800:
        name = _decoded(name.encode("cp437"))  # as zipfile has read it
    return name.replace("\\", "/")  # written so by some programs on Windows


def _decoded(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for page in _CODE_PAGES:
        text = name.decode(page, errors="replace")
        if all(map(_is_letter, text)):
            return text
    return name.decode(_CODE_PAGES[0], errors="replace")


def _is_letter(character: str) -> bool:
    return character.isascii() or unicodedata.category(character)[0] in "LMN"
