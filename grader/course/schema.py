"""Read the course's TOML files by a schema: an error names the file, the key and what is allowed there.

A schema is a msgspec struct that forbids unknown fields. A constraint may say in words what it allows:
`Annotated[int, Meta(ge=1, description="a whole number above 0")]`.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from grader.course.errors import CourseError

T = TypeVar("T")

_LONGEST_SHOWN = 60
_AT = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_MISSING = re.compile(r"missing required field `(.*?)`")
_IN_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a TOML file. Raise CourseError when it can't be read, or is not valid TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise CourseError(f"{file} is not in UTF-8: save it in that encoding") from None
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        raise CourseError(f"{file} is not valid TOML: {error}") from None
    except RecursionError:
        raise CourseError(f"{file} is nested too deeply") from None
    except OSError as error:
        raise CourseError(f"{file} can't be read: {error.strerror}") from None


def convert(value: Any, kind: type[T], *, file: Path, key: str = "") -> T:
    """Return plain data as an object of the type `kind`, without any coercion.

    key: the value's own place in the file, such as "functions.nll"

    Raise CourseError for data that the type doesn't allow, naming the file and the key.
    """
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        place, inner, wanted = _follow(found[1] if found else "", value, kind)
        where = ": ".join([str(file), *([name] if (name := f"{key}{place}".lstrip(".")) else [])])
        raise CourseError(f"{where}: {_mistake(str(error), inner, wanted)}") from None


def did_you_mean(wrong: str, allowed: Iterable[str]) -> str:
    """Return the name that was probably meant, as the end of a sentence, or else all that are allowed."""
    names = list(allowed)
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(wrong.casefold(), folded, 1)
    return f"did you mean {folded[near[0]]}?" if near else f"allowed are {', '.join(names) or 'none'}"


def _follow(path: str, value: Any, kind: Any) -> tuple[str, Any, Any]:
    """Follow msgspec's path to a mistake: its place in words, the value there, and the type that it should have.

    msgspec writes `[...]` for an entry of a table whatever its key, so that the entry has to be looked for.
    """
    place = ""
    for name, index in _STEP.findall(path):
        if name:
            place, value, kind = f"{place}.{name}", value[name], _hints(kind)[name]
        elif index == "...":
            kind = get_args(_bare(kind))[1]
            entry = next(entry for entry in value if not _fits(value[entry], kind))
            place, value = f"{place}.{entry}", value[entry]
        else:
            place, value, kind = f"{place}[{index}]", value[int(index)], get_args(_bare(kind))[0]
    return place, value, kind


def _mistake(said: str, value: Any, kind: Any) -> str:
    if unknown := _UNKNOWN.search(said):
        return f"unknown key {unknown[1]}: {did_you_mean(unknown[1], _hints(kind))}"
    if missing := _MISSING.search(said):
        return f"{missing[1]} is missing: add {_in_words(_hints(kind)[missing[1]])}"
    if get_origin(_bare(kind)) is Literal and isinstance(value, str):
        return f"{_shown(value)} is not allowed: {did_you_mean(value, get_args(_bare(kind)))}"
    text = f"expected {_in_words(kind)}, got {_shown(value)}"
    return f"{text}; write [{_shown(value)}]" if _is_list(kind) and isinstance(value, str) else text


def _in_words(kind: Any) -> str:
    """Return what a type allows, in the words of its description if it has one."""
    for meta in getattr(kind, "__metadata__", ()):
        if meta.description:
            return str(meta.description)
    bare = _bare(kind)
    if _is_list(kind):
        return f"a list of {_in_words(get_args(bare)[0]).partition(' ')[2]}s"
    if get_origin(bare) is Literal:
        return f"one of {', '.join(get_args(bare))}"
    return _IN_WORDS.get(bare, "a table")


def _is_list(kind: Any) -> bool:
    return get_origin(_bare(kind)) in (list, tuple)


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(_bare(kind), include_extras=True)


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError:
        return False
    return True


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
