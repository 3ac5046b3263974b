"""Source notebooks for nbgrader: the answer key and the handout of a unit as cells, solutions and all.

Each definition with a marked region is a solution cell; the cell that checks a function follows as soon as all that
the function needs is defined. nbgrader makes the students' notebook of it, without the solutions.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.course import CourseError, Unit
from grader.course.stubs import as_handed_out
from grader.intake.submission.statements import names_of

Cell = dict[str, Any]

_HEADING = re.compile(r"# -{2,} (.*?)\.? -{2,}")
_BEGIN, _END = re.compile(r"# BEGIN SOLUTION"), re.compile(r"# END SOLUTION")
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_PICTURE = re.compile(r"^<!-- (BEGIN|END) PICTURE.*-->\n", re.MULTILINE)
_LAST = "## Sources"  # comes after the code; "## Run it" tells of files, and is replaced
_RUN_IT = """## How to work in this notebook

Write each function where it says `# YOUR CODE HERE`, and run the cell after it: it tests what you have defined, and
shows the smallest example on which something is wrong. Points marked ▲ are robust, ★ is bonus. Add cells of your own
wherever you like. When it is graded, imports, definitions and what these need count; prints, plots and trials don't.
Before you hand it in, let it run from top to bottom in a fresh kernel."""


@dataclass(frozen=True)
class _Part:
    """A piece of the answer key: one definition, or lines that come before, between and after definitions."""

    text: str
    binds: frozenset[str]
    needs: frozenset[str]
    name: str = ""  # of a definition with a marked region

    @property
    def to_write(self) -> bool:
        return bool(self.name)


def derive_notebook(
    unit: Unit,
    points: Mapping[str, int],
    *,
    mentioned: Mapping[str, Collection[str]] | None = None,
    ambiguous: frozenset[str] = frozenset(),
) -> str:
    """The text of the unit's source notebook.

    points:    what each function is worth
    mentioned: names that its tests have to do with, so that they have to be defined before it is checked
    ambiguous: functions that several units have, so that a check has to say which

    Raises CourseError where the answer key's regions are not properly marked.
    """
    parts = list(_parts(unit))
    rubrics = _rubrics(unit)
    first, last = _handout(unit)
    cells = [*first, *_joining(unit)]
    waiting = [name for name in unit.functions if any(p.name == name for p in parts)]
    if missing := set(unit.functions) - set(waiting):
        raise CourseError(f"{unit.reference}: no marked region in {', '.join(sorted(missing))}")
    needs = {name: _closure(unit, parts, {name, *(mentioned or {}).get(name, ())}) for name in waiting}
    defined: set[str] = set()
    for part in parts:
        cells += _cells_of(part, rubrics)
        defined |= part.binds
        for name in [n for n in waiting if needs[n] <= defined]:
            waiting.remove(name)
            cells.append(_check(name, unit, points.get(name, 0), name in ambiguous))
    cells += [_check(name, unit, points.get(name, 0), name in ambiguous) for name in waiting]
    cells += last
    _number(cells, unit)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _parts(unit: Unit) -> Iterator[_Part]:
    source = unit.reference.read_text(encoding="utf-8")
    lines = source.split("\n")
    done = 0
    given: list[str] = []
    for node in ast.parse(source).body:
        end = node.end_lineno or node.lineno
        while end < len(lines) and lines[end].lstrip().startswith("#") and lines[end][0].isspace():
            end += 1  # a region's last line is a comment, and so no part of the node
        text = "\n".join(lines[done:end]).strip("\n")
        after, done = done, end
        if isinstance(node, ast.Expr) and not given and node.lineno == 1:
            continue  # the module's docstring, which is told in the handout's place
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and _BEGIN.search(text):
            yield from _given(given)
            given = []
            begins = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            above = "\n".join(lines[after : begins - 1]).strip("\n")
            yield from _given([above] if above else [])
            own = "\n".join(lines[begins - 1 : end])
            yield _Part(own, *names_of(own), node.name)
        else:
            given.append(text)
    yield from _given(
        [*given, *(["\n".join(lines[done:]).strip("\n")] if "".join(lines[done:]).strip() else [])]
    )


def _given(texts: list[str]) -> Iterator[_Part]:
    """Lines that are given, as one part, or more where a heading stands between them."""
    text = as_handed_out("\n\n".join(texts)).strip("\n")
    if _BEGIN.search(text):
        raise CourseError(f"a marked region outside of functions and classes:\n{text[:200]}")
    while text:
        found = _HEADING.search(text)
        before = text[: found.start()] if found else text
        if before.strip():
            yield _Part(before.strip("\n"), *names_of(before))
        if found is None:
            return
        yield _Part(f"## {found[1]}", frozenset(), frozenset())
        text = text[found.end() :].strip("\n")


def _closure(unit: Unit, parts: list[_Part], names: set[str]) -> set[str]:
    """What of the module has to be defined before these names can be tested: what they use, however indirectly."""
    needed_by = {name: set(part.needs) for part in parts for name in part.binds}
    for name, about in unit.functions.items():
        needed_by.setdefault(name, set()).update(about.uses)
    found = frontier = names & set(needed_by)
    while frontier:
        frontier = {n for name in frontier for n in needed_by[name] if n in needed_by} - found
        found = found | frontier
    return found


def _handout(unit: Unit) -> tuple[list[Cell], list[Cell]]:
    """The sections of the handout, as cells before the code and after it."""
    derived = f"<!-- The notebook of unit {unit.name}, derived from the course. -->\n"
    text = unit.handout.read_text(encoding="utf-8") if unit.handout.exists() else f"# {unit.title}\n"
    sections = [s.strip() for s in _SECTION.split(_PICTURE.sub("", text)) if s.strip()]
    before = [s for s in sections if not s.startswith((_LAST, "## Run it"))]
    last = [s for s in sections if s.startswith(_LAST)]
    before[0] = derived + before[0]
    return [_markdown(s) for s in (*before, _RUN_IT)], [_markdown(s) for s in last]


def _joining(unit: Unit) -> list[Cell]:
    if not unit.joins:
        return []
    names = "".join(f'    "{name}",\n' for name in unit.joins)
    return [
        _code(
            f"# Your own work for these units: modules, or notebooks.\nfrom grader import join\n\njoin(\n{names})"
        )
    ]


def _cells_of(part: _Part, rubrics: Mapping[str, int]) -> Iterator[Cell]:
    if part.to_write:
        text = _END.sub("### END SOLUTION", _BEGIN.sub("### BEGIN SOLUTION", part.text))
        graded = {"grade": True, "points": rubrics[part.name]} if part.name in rubrics else {"grade": False}
        yield _code(text, {"grade_id": part.name, "solution": True, "locked": False, **graded})
    elif part.text.startswith("## "):
        yield _markdown(part.text)
    else:
        yield _code(part.text)


def _check(function: str, unit: Unit, points: int, ambiguous: bool) -> Cell:
    which = f', unit="{unit.name}"' if ambiguous else ""
    text = f'from grader import check\n\ncheck("{function}"{which})'
    graded = {"grade": True, "points": points} if points else {"grade": False}
    return _code(text, {"grade_id": f"check_{function}", "solution": False, "locked": True, **graded})


def _rubrics(unit: Unit) -> dict[str, int]:
    """Functions whose answers a person reads → what these are worth then, by rubrics.toml among the unit's tests.

    Stretch adds nothing to the maximum: what it is worth is given as extra credit.
    """
    file = unit.tests / "rubrics.toml"
    if not file.exists():
        return {}
    rubrics = tomllib.loads(file.read_text(encoding="utf-8"))
    if unknown := set(rubrics) - set(unit.functions):
        raise CourseError(f"{file}: there is no function {', '.join(sorted(unknown))}")
    return {
        name: 0 if unit.functions[name].band == "stretch" else int(about["points"])
        for name, about in rubrics.items()
    }


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str, nbgrader: Mapping[str, Any] | None = None) -> Cell:
    metadata = {"nbgrader": {"schema_version": 3, "task": False, **nbgrader}} if nbgrader else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": text}


def _number(cells: list[Cell], unit: Unit) -> None:
    """Give every cell an id that is the same whenever it is derived."""
    for i, cell in enumerate(cells):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", f"{i}")
        cell["id"] = hashlib.sha256(f"{unit.name}/{name}".encode()).hexdigest()[:16]
