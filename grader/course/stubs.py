"""Stubs: the answer key with its marked regions taken out.

A region runs from a line `# BEGIN SOLUTION` to a line `# END SOLUTION` inside a function, and becomes
`raise NotImplementedError("name of the function")`, "Class.method" for a method. A line that ends in
`# STUB: something` is replaced by what follows STUB. Everything else outside of regions stays as it is.
"""

from __future__ import annotations

import re

from grader.course import CourseError, Unit

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
_BEGIN = re.compile(rf"(\s*){BEGIN}\s*")
_END = re.compile(rf"\s*{END}\s*")
_INSTEAD = re.compile(r"^([ \t]*)\S.*?  # STUB: (.*)$", re.MULTILINE)
_DEF = re.compile(r"(\s*)(?:def|class)\s+(\w+)")
_STUB_MARK = re.compile(r"  # STUB: .*$", re.MULTILINE)
_HEAD_OF_KEY = "# Generated from the course: the answer key of unit {unit}, to be read and printed.\n"
_HEAD = (
    "# Generated from the course: the stub of unit {unit}. Fill it in; once you have edited it, it stays.\n"
)


def generate_stub(unit: Unit) -> str:
    """Return the text of the unit's stub. Raise CourseError for regions that are not properly marked."""
    lines: list[str] = []
    scopes: list[tuple[int, str]] = []  # (indentation, name) of the definitions around the line
    inside = False
    for number, line in enumerate(unit.reference.read_text(encoding="utf-8").splitlines(keepends=True), 1):
        if begin := _BEGIN.fullmatch(line):
            if inside or not scopes:
                raise CourseError(
                    f"{unit.reference}:{number}: BEGIN SOLUTION inside another region, or outside of a function"
                )
            inside = True
            name = ".".join(name for indentation, name in scopes if indentation < len(begin[1]))
            lines.append(f'{begin[1]}raise NotImplementedError("{name}")\n')
        elif _END.fullmatch(line):
            if not inside:
                raise CourseError(f"{unit.reference}:{number}: END SOLUTION without a BEGIN SOLUTION")
            inside = False
        elif not inside:
            if found := _DEF.match(line):
                scopes = [scope for scope in scopes if scope[0] < len(found[1])]
                scopes.append((len(found[1]), found[2]))
            lines.append(as_handed_out(line))
    if inside:
        raise CourseError(f"{unit.reference}: the last region has no END SOLUTION")
    return _HEAD.format(unit=unit.name) + "".join(lines)


def clean_key(unit: Unit) -> str:
    """Return the answer key without the marks of its regions, to be read."""
    lines = unit.reference.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not (_BEGIN.fullmatch(line) or _END.fullmatch(line))]
    return _HEAD_OF_KEY.format(unit=unit.name) + "".join(_STUB_MARK.sub("", line) for line in kept)


def as_handed_out(text: str) -> str:
    """Return lines outside of regions as students get them: those with `# STUB: something` replaced by that."""
    return _INSTEAD.sub(r"\1\2", text)
