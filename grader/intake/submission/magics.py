"""Take out of the text of a cell what only Jupyter understands: magics, shell commands, help."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_BODY_COUNTS = {"time", "capture", "prun"}  # cell magics that run the cell's text in the notebook itself
# All quantifiers are possessive: on a line made long on purpose, backtracking would take for ever.
_MAGIC = re.compile(r"(\s*+)(?:[%!?].*+|[\w.\[\]\"']++\?{1,2}+\s*+)")
_MAGIC_VALUE = re.compile(r"(\s*+)([\w.,][\w.,\s]*+)=\s*+[%!].*+")
_ACTS = re.compile(
    r"!|%{1,2}(?:writefile|file|run|load|loadpy|bash|sh|script|system|sx|pip|conda|mamba|uv|cd|pushd|popd|env|set_env)\b"
)
_PIECE = re.compile(r"""#.*+|('''|\"""|'|")|([(\[{])|([)\]}])|\\$""")
_REST_OF_TEXT = {
    quote: re.compile(rf"(?:[^{quote[0]}\\]|\\.?|(?!{quote}){quote[0]})*+({quote})?")
    for quote in ("'", '"', "'''", '"""')
}


def plain_python(source: str) -> str:
    """Return the text of a cell without what only Jupyter understands: as many lines, each at its place.

    Takes time in proportion to the text's length. Raise what ast.parse does where the rest is not valid Python either.
    """
    if source.lstrip().startswith("%%"):
        above, _, rest = source.partition("%%")
        first, _, rest = rest.partition("\n")
        if first.split(" ")[0].strip() not in _BODY_COUNTS:
            return ""
        source = f"{above}\n{rest}"
    try:
        ast.parse(source)
    except SyntaxError:
        source = "\n".join(_without_magics(source.split("\n")))
        ast.parse(source)
    return source


def acts_outside(source: str) -> list[str]:
    """Return the lines of a cell by which Jupyter writes or runs files, installs or moves; 80 letters of each."""
    first, *rest = source.lstrip().split("\n")
    lines = [first] if first.startswith("%%") else [line.strip() for line in (first, *rest)]
    return [line[:80] for line in lines if _ACTS.match(line)]


def _without_magics(lines: list[str]) -> Iterator[str]:
    """Yield the lines without magics, which begin where a statement may: not in a text, in brackets or after a \\."""
    place = _Place()
    continued = False  # a magic, by a backslash
    for line in lines:
        plain = "" if continued else None if place.within_statement else _without_magic(line)
        if plain is None:
            yield line
            place.step_over(line)
        else:
            yield plain
            continued = line.endswith("\\")


def _without_magic(line: str) -> str | None:
    if found := _MAGIC_VALUE.fullmatch(line):
        return f"{found[1]}{found[2].strip()} = None"
    found = _MAGIC.fullmatch(line)
    return f"{found[1]}pass" if found else None


class _Place:
    """The place in the text after the lines that were stepped over: inside a string, inside brackets, or neither."""

    def __init__(self) -> None:
        self._quote = ""  # of the text that goes on
        self._depth = 0  # of brackets
        self._continued = False

    @property
    def within_statement(self) -> bool:
        return bool(self._quote or self._depth or self._continued)

    def step_over(self, line: str) -> None:
        self._continued = False
        position = self._end_of_text(line, 0) if self._quote else 0
        while found := _PIECE.search(line, position):
            position = found.end()
            if found[1]:
                self._quote = found[1]
                position = self._end_of_text(line, position)
            self._depth = max(0, self._depth + bool(found[2]) - bool(found[3]))
            self._continued = found[0] == "\\"

    def _end_of_text(self, line: str, position: int) -> int:
        found = _REST_OF_TEXT[self._quote].match(line, position)
        assert found is not None
        if found[1] or (len(self._quote) == 1 and not line.endswith("\\")):
            self._quote = ""
        return found.end()
