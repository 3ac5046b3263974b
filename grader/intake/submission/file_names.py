"""File names for students."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_MAX_NAME = 120  # bytes in UTF-8, so that a suffix still fits into the 255 that file systems allow
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # marks and fillers
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I | re.S)  # no file names on Windows


def safe_name(student: str) -> str:
    """A folder name for a student: readable, allowed on every system, and different for different students.

    ASCII letters, digits and `._-` stay, and so do letters and digits of other scripts; everything
    else is percent-encoded, as are leading dots, a trailing dot and names that Windows reserves. Long
    names are cut and end in `~` and a hash. Names that differ in nothing but case stay so: where the
    file system ignores case, it is for the caller to keep such students apart.
    """
    # Text with two spellings (é, or e and an accent) is one file name on some systems: spell it out.
    readable = unicodedata.is_normalized("NFC", student)
    dots = len(student) - len(student.lstrip("."))
    reserved = _RESERVED.fullmatch(student) is not None
    name = short = ""
    for i, letter in enumerate(student):
        edge = i < dots or (letter == "." and i == len(student) - 1) or (reserved and i == 0)
        name += letter if _is_plain(letter, readable) and not edge else _percent(letter)
        if len(name.encode()) <= _MAX_NAME - 25:
            short = name
        elif len(name.encode()) > _MAX_NAME:
            return f"{short}~{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
    return name or "%"


def _is_plain(letter: str, readable: bool) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter in "._-"
    category = unicodedata.category(letter)
    return readable and (category[0] in "LM" or category == "Nd") and not _INVISIBLE.match(letter)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
