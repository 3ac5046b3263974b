"""Source notebooks for nbgrader: the answer key and the handout of a unit as cells, solutions and all.

Each definition with a marked region is a solution cell; the cell that checks a function follows as soon as all that
the function needs is defined. nbgrader makes the students' notebook of it, without the solutions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grader.course import CourseError, Unit
from grader.course.stubs import BEGIN, END, as_handed_out
from grader.files import sha256_of
from grader.intake.submission.statements import names_of
from grader.outputs.nbgrader.rewrite import KERNEL

_HEADING = re.compile(r"# -{2,} (.*?)\.? -{2,}")
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_PICTURE = re.compile(r"^<!-- (BEGIN|END) PICTURE.*-->\n", re.MULTILINE)
_LAST = "## Sources"  # comes after the code; "## Run it" is about files, and is replaced
_RUN_IT = """## How to work in this notebook

Write each function where it says `# YOUR CODE HERE`, and run the cell after it. That cell tests what you have defined,
and shows the smallest example on which something is wrong. Points marked ▲ are robust, ★ is bonus. Add your own cells
wherever you like. Only imports, definitions and what they depend on are graded; prints, plots and trials are not.
Before you hand the notebook in, run it from top to bottom in a fresh kernel."""


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


def generate_notebook(
    unit: Unit,
    points: Mapping[str, int],
    *,
    mentioned: Mapping[str, Collection[str]] | None = None,
    ambiguous: frozenset[str] = frozenset(),
) -> str:
    """Return the text of the unit's source notebook.

    points:    the points of each function
    mentioned: names that a function's tests use, so that they have to be defined before it is checked
    ambiguous: functions that several units have, so that a check has to name the unit

    Raise CourseError where the answer key's regions are not properly marked.
    """
    parts = list(_parts(unit))
    rubrics = _rubrics(unit)
    first, last = _handout(unit)
    cells = [*first, *_dependencies(unit)]
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
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.writes(v4.new_notebook(cells=cells, metadata=metadata), split_lines=False) + "\n"


def _parts(unit: Unit) -> Iterator[_Part]:
    source = unit.reference.read_text(encoding="utf-8")
    lines = source.split("\n")
    done = 0
    given: list[str] = []
    for node in ast.parse(source).body:
        end = node.end_lineno or node.lineno
        while end < len(lines) and lines[end].lstrip().startswith("#") and lines[end][0].isspace():
            end += 1  # a region's last line is a comment, which is not part of the node
        text = "\n".join(lines[done:end]).strip("\n")
        after, done = done, end
        if isinstance(node, ast.Expr) and not given and node.lineno == 1:
            continue  # the module's docstring: the handout takes its place
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and BEGIN in text:
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
    """Yield lines that students are given, as one part, or as several where a heading stands between them."""
    text = as_handed_out("\n\n".join(texts)).strip("\n")
    if BEGIN in text:
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
    """Return what has to be defined before these names can be tested: all that they use, however indirectly."""
    needed_by = {name: set(part.needs) for part in parts for name in part.binds}
    for name, about in unit.functions.items():
        needed_by.setdefault(name, set()).update(about.uses)
    found = frontier = names & set(needed_by)
    while frontier:
        frontier = {n for name in frontier for n in needed_by[name] if n in needed_by} - found
        found = found | frontier
    return found


def _handout(unit: Unit) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return the sections of the handout as cells: those before the code, and those after it."""
    head = f"<!-- Generated from the course: the notebook of unit {unit.name}. -->\n"
    text = unit.handout.read_text(encoding="utf-8") if unit.handout.exists() else f"# {unit.title}\n"
    sections = [s.strip() for s in _SECTION.split(_PICTURE.sub("", text)) if s.strip()]
    before = [s for s in sections if not s.startswith((_LAST, "## Run it"))]
    last = [s for s in sections if s.startswith(_LAST)]
    before[0] = head + before[0]
    return [v4.new_markdown_cell(s) for s in (*before, _RUN_IT)], [v4.new_markdown_cell(s) for s in last]


def _dependencies(unit: Unit) -> list[NotebookNode]:
    if not unit.depends_on:
        return []
    names = "".join(f'    "{name}",\n' for name in unit.depends_on)
    return [
        _code(
            f"# Your own work for these units: modules, or notebooks.\nfrom grader import join\n\njoin(\n{names})"
        )
    ]


def _cells_of(part: _Part, rubrics: Mapping[str, int]) -> Iterator[NotebookNode]:
    if part.to_write:
        text = part.text.replace(BEGIN, f"##{BEGIN}").replace(END, f"##{END}")  # as nbgrader has them
        graded = {"grade": True, "points": rubrics[part.name]} if part.name in rubrics else {"grade": False}
        yield _code(text, {"grade_id": part.name, "solution": True, "locked": False, **graded})
    elif part.text.startswith("## "):
        yield v4.new_markdown_cell(part.text)
    else:
        yield _code(part.text)


def _check(function: str, unit: Unit, points: int, ambiguous: bool) -> NotebookNode:
    which = f', unit="{unit.name}"' if ambiguous else ""
    text = f'from grader import check\n\ncheck("{function}"{which})'
    graded = {"grade": True, "points": points} if points else {"grade": False}
    return _code(text, {"grade_id": f"check_{function}", "solution": False, "locked": True, **graded})


def _rubrics(unit: Unit) -> dict[str, int]:
    """Return the functions whose answers a person reads, with the points that a person gives for each.

    Stretch adds nothing to the maximum: its points are given as extra credit.
    """
    return {
        name: 0 if unit.functions[name].band == "stretch" else question.points
        for name, question in unit.rubrics.items()
    }


def _code(text: str, nbgrader: Mapping[str, Any] | None = None) -> NotebookNode:
    metadata = {"nbgrader": {"schema_version": 3, "task": False, **nbgrader}} if nbgrader else {}
    return v4.new_code_cell(text, metadata=metadata)


def _number(cells: list[NotebookNode], unit: Unit) -> None:
    """Give every cell an id that is the same whenever it is generated."""
    for i, cell in enumerate(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"{i}")
        cell.id = sha256_of(f"{unit.name}/{name}".encode())[:16]
