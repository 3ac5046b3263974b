"""Extract a module from a notebook: what its cells define, without what they try out.

The rules, in the order of the cells:
- definitions, and assignments that no function of the notebook has a part in, are kept;
- of the rest, what a definition needs is kept (imports, assignments, loops that fill a list which a function reads);
- what only shows or tries something out is left out: prints, plots, trainings, checks.
Lines that only Jupyter understands are left out; the module lists those that may be missed. A statement that raises
affects no other, as a cell that fails in Jupyter does not; a definition that raises is told of when it is called.
Nothing is run here.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from grader.intake.submission.guarding import (
    CANT_PARSE,
    DEFINITIONS,
    LEFT_OUT,
    PRELUDE,
    awaited,
    cannot_fail,
    guarded,
)
from grader.intake.submission.magics import acts_outside
from grader.intake.submission.notebook_reader import Cell, NotebookError
from grader.intake.submission.statements import MAX_STATEMENTS, Statement, root_of, statements_of

_DEFINITION = re.compile(r"^(?:async[ \t]++def|def|class)[ \t]++(\w++)", re.MULTILINE)
_HEAD = "# The cells of a notebook, as a module."
_ORIGIN = re.compile(r"(?: {4}){0,2}# cell (\d+), line (\d+)\n?")
_MOST_LEFT_OUT = 8
_MOST_AT_ODDS = 20
_ASSIGNS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.If, ast.Try)
_REPEATS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)


def module_of(cells: Iterable[Cell], wanted: Collection[str] = ()) -> str:
    """Return the text of the module.

    wanted: names that others ask for, such as the functions of the unit
    """
    with warnings.catch_warnings():  # Python's, about the text: under -W error they would be mistakes in it
        warnings.simplefilter("ignore")
        return _module_of(cells, wanted)


def _module_of(cells: Iterable[Cell], wanted: Collection[str]) -> str:
    statements: list[Statement] = []
    unreadable: dict[
        str, str
    ] = {}  # name of a definition that Python can't parse → the exception that says why
    future: set[str] = set()
    left_out: list[str] = []
    for cell in cells:
        left_out += (f"cell {cell.number}: {line}" for line in acts_outside(cell.source))
        try:
            for statement in statements_of(cell):
                if isinstance(statement.node, ast.ImportFrom) and statement.node.module == "__future__":
                    future |= {alias.name for alias in statement.node.names}
                else:
                    statements.append(statement)
                if len(statements) > MAX_STATEMENTS:
                    raise NotebookError(f"its cells hold more than {MAX_STATEMENTS} statements")
        except NotebookError:
            raise
        except (
            Exception
        ) as error:  # Python's parsers raise many kinds, and a cell may cost no other cell anything
            unreadable |= dict.fromkeys(_defined_in(cell.source), _why(error, cell))
    lines = [_HEAD, *([f"from __future__ import {', '.join(sorted(future))}"] if future else [])]
    kept = _kept(statements, set(wanted))
    there = set(map(id, kept))
    left_out += (f"cell {s.cell}: {s.text[:80]}" for s in statements if id(s) not in there and _moves(s))
    if left_out:
        lines.append(f"{LEFT_OUT} = {left_out[:_MOST_LEFT_OUT]!r}")
    parts = _together(lines[1:], [_as_module(statement) for statement in kept], kept, unreadable)
    if any("_cell_" in part for part in parts):
        lines.append(PRELUDE)
    lines += filter(None, parts)
    bound = {name for statement, part in zip(kept, parts, strict=True) if part for name in statement.binds}
    for name, why in unreadable.items():
        if name not in bound:
            lines.append(f"def {name}(*args, **kwargs):\n    raise {why}")
    return "\n\n".join(lines) + "\n"


def _together(
    head: list[str], parts: list[str], kept: list[Statement], unreadable: dict[str, str]
) -> list[str]:
    """Return the parts of a module that compiles, "" in the place of those that only compile alone.

    The names that these define are added to `unreadable`.
    """
    parts = parts[:]
    for _ in range(_MOST_AT_ODDS):
        if (error := _mistake_in([*head, *parts])) is None:
            return parts
        fits, fails = 0, len(parts)
        while fails - fits > 1:
            middle = (fits + fails) // 2
            if (found := _mistake_in([*head, *parts[:middle]])) is None:
                fits = middle
            else:
                fails, error = middle, found
        s = kept[fails - 1]
        parts[fails - 1] = ""
        if isinstance(s.node, DEFINITIONS):
            why = SyntaxError(getattr(error, "msg", str(error)), ("", s.line, None, s.text.split("\n")[0]))
            unreadable |= dict.fromkeys(s.binds, _why(why, Cell(s.cell, "")))
    raise NotebookError(f"more than {_MOST_AT_ODDS - 1} of its statements can't stand in one module: {error}")


def _mistake_in(parts: list[str]) -> BaseException | None:
    """Return what Python says of a module of these parts; None for one that compiles."""
    try:
        compile("\n\n".join(parts) + "\n", "module", "exec", dont_inherit=True)
    except CANT_PARSE as error:
        return error
    return None


def _moves(s: Statement) -> bool:
    """Return True for a statement that changes where files or modules are looked for."""
    return s.text.lstrip().startswith(("sys.path", "os.chdir", "os.environ"))


def _as_module(s: Statement) -> str:
    text = f"# cell {s.cell}, line {s.line}\n{s.text}"
    if s.awaits:
        try:
            text = awaited(text, s.binds)
        except SyntaxError as error:
            text = f"# cell {s.cell}, line {s.line}\nraise SyntaxError({error.msg!r})"
    return text if cannot_fail(s.node) else guarded(text, s.node, s.binds, s.loads)


def cell_and_line(module: Sequence[str], line: int) -> tuple[int, int] | None:
    """Return the cell, and the line in it, that line `line` of a module comes from; None if no notebook gave it."""
    if not module or module[0].rstrip("\n") != _HEAD:
        return None
    for i in range(min(line, len(module)) - 1, -1, -1):
        if found := _ORIGIN.fullmatch(module[i]):
            return int(found[1]), int(found[2]) + line - i - 2
    return None


def _kept(statements: list[Statement], wanted: set[str]) -> list[Statement]:
    """Return the statements that the module is made of, in the order of the notebook."""
    definitions = [s for s in statements if isinstance(s.node, DEFINITIONS)]
    defined = {name for s in definitions for name in s.binds}
    touched = set(defined)  # what the student's own functions have a part in
    for s in statements:
        if not isinstance(s.node, DEFINITIONS) and s.loads & touched:
            touched |= s.binds
    values = {n for s in statements if isinstance(s.node, _ASSIGNS) for n in s.binds}
    kept: set[int] = set()
    asking: dict[str, list[int]] = defaultdict(list)  # name → statements that count once it is needed
    for i, s in enumerate(statements):
        if _counts_always(s, touched):
            kept.add(i)
        for name in _counts_for(s, values):
            asking[name].append(i)
    waiting = list(wanted | defined | {name for i in kept for name in statements[i].loads})
    while waiting:
        for i in asking.pop(waiting.pop(), ()):
            if i not in kept:
                kept.add(i)
                waiting += statements[i].loads
    return [statements[i] for i in sorted(kept)]


def _counts_always(s: Statement, touched: set[str]) -> bool:
    if isinstance(s.node, DEFINITIONS):
        return True
    if isinstance(s.node, (ast.Import, ast.ImportFrom)):
        return any(a.name == "*" for a in s.node.names) and not _is_of_the_kit(s.node)
    return isinstance(s.node, _ASSIGNS) and bool(s.binds | s.changes) and not s.loads & touched


def _counts_for(s: Statement, values: set[str]) -> set[str] | frozenset[str]:
    """Return the names that make a statement count if any of them is needed."""
    if isinstance(s.node, (ast.Import, ast.ImportFrom)):
        return set() if _is_of_the_kit(s.node) else s.binds | s.changes
    if isinstance(s.node, _ASSIGNS):
        return s.binds | s.changes
    if isinstance(s.node, _REPEATS):
        return s.binds | s.changes | (_appended(s.node) & values)
    if isinstance(s.node, ast.Expr):
        return s.changes | (_appended(s.node) & values)
    return set()


def _is_of_the_kit(node: ast.Import | ast.ImportFrom) -> bool:
    """Return True if it imports only from the kit, such as `check`, which is missing behind the walls."""
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    return all(m.partition(".")[0] == "grader" for m in modules)


def _appended(node: ast.stmt) -> set[str]:
    """Return names whose methods are called as statements of their own, as in NAMES.append("x")."""
    return {
        root_of(n.value.func)
        for n in ast.walk(node)
        if isinstance(n, ast.Expr)
        and isinstance(n.value, ast.Call)
        and isinstance(n.value.func, ast.Attribute)
    }


def _defined_in(source: str) -> list[str]:
    """Return the names that a text which is not valid Python seems to define."""
    names = _DEFINITION.findall(source)
    return [n for n in names if n.isidentifier() and not keyword.iskeyword(n) and n != "__debug__"]


def _why(error: BaseException, cell: Cell) -> str:
    """Return the exception as Python text. A syntax error names the cell in place of a file."""
    if isinstance(error, SyntaxError):
        line = (error.text or "").strip()[:200]
        return f"SyntaxError({error.msg!r}, ('cell {cell.number}', {error.lineno}, None, {line!r}))"
    return f'SyntaxError("cell {cell.number}: Python can\'t read it ({type(error).__name__})")'
