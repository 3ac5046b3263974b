"""Extract a module from a notebook: what its cells define, without what they try out.

The rules, in the order of the cells:
- definitions, and assignments that no function of the notebook has a part in, are kept;
- of the rest, what a definition needs is kept (imports, assignments, loops that fill a list which a function reads);
- what only shows or tries something out is left out: prints, plots, trainings, checks.
Lines that only Jupyter understands are left out. What a statement raises costs that statement alone, as a cell that
fails in Jupyter costs none of the others. Nothing is run here.
"""

from __future__ import annotations

import ast
import io
import keyword
import re
import symtable
import tokenize
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.intake.submission.magics import plain_python
from grader.intake.submission.notebook_reader import Cell, NotebookError

MAX_STATEMENTS = 5000  # at the top level of all cells together
_DEFINITION = re.compile(r"^(?:async[ \t]++def|def|class)[ \t]++(\w++)", re.MULTILINE)
_HEAD = "# The cells of a notebook, as a module."
_ORIGIN = re.compile(r"(?: {4})?# cell (\d+), line (\d+)\n?")
_CANT_READ = (SyntaxError, ValueError, RecursionError, MemoryError)
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ASSIGNS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.If, ast.Try)
_REPEATS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)


def module_of(cells: Iterable[Cell], wanted: Collection[str] = ()) -> str:
    """Return the text of the module extracted from the cells. Raise NotebookError above MAX_STATEMENTS.

    wanted: names that others ask for, such as the functions of the unit
    """
    with warnings.catch_warnings():  # Python's, about the text: under -W error they would be mistakes in it
        warnings.simplefilter("ignore")
        return _module_of(cells, wanted)


def _module_of(cells: Iterable[Cell], wanted: Collection[str]) -> str:
    statements: list[_Statement] = []
    unreadable: dict[str, str] = {}  # name of a definition that no Python can read → what raises to say why
    future: set[str] = set()
    for cell in cells:
        try:
            for statement in _statements(cell):
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
    for statement in kept:
        text = f"# cell {statement.cell}, line {statement.line}\n{statement.text}"
        lines.append(text if _cannot_fail(statement.node) else _guarded(text))
    there = {name for statement in kept for name in statement.binds}
    for name, why in unreadable.items():
        if name not in there:
            lines.append(f"def {name}(*args, **kwargs):\n    raise {why}")
    return "\n\n".join(lines) + "\n"


def cell_and_line(module: Sequence[str], line: int) -> tuple[int, int] | None:
    """The cell, and the line in it, that line `line` of a module comes from; None in one that is no notebook's."""
    if not module or module[0].rstrip("\n") != _HEAD:
        return None
    for i in range(min(line, len(module)) - 1, -1, -1):
        if found := _ORIGIN.fullmatch(module[i]):
            return int(found[1]), int(found[2]) + line - i - 2
    return None


@dataclass(frozen=True)
class _Statement:
    """A statement at the top level of a cell.

    line:    where in the cell it begins, counted from 1
    binds:   names that it gives a value
    changes: names whose attributes or entries it sets
    loads:   names of the module that it uses, in the bodies of functions as well
    """

    cell: int
    line: int
    node: ast.stmt
    text: str
    binds: frozenset[str]
    changes: frozenset[str]
    loads: frozenset[str]


def _statements(cell: Cell) -> Iterator[_Statement]:
    """Yield nothing of a cell that is not valid Python, but raise SyntaxError or what else Python raises for it.

    Raises NotebookError above MAX_STATEMENTS.
    """
    source = plain_python(cell.source)
    compile(
        source, "cell", "exec", dont_inherit=True
    )  # says of more mistakes than ast.parse: a return outside
    lines = source.split("\n")
    body = ast.parse(source).body
    if len(body) > MAX_STATEMENTS:
        raise NotebookError(f"cell {cell.number} holds more than {MAX_STATEMENTS} statements")
    found = []
    for before, node, after in zip([None, *body], body, [*body[1:], None], strict=False):
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        last = node.end_lineno or node.lineno
        alone = (before is None or (before.end_lineno or 0) < first) and (
            after is None or after.lineno > last
        )
        text = "\n".join(lines[first - 1 : last]) if alone else ast.unparse(node)
        binds, loads = names_of(text)
        changes = {_root(t) for n in ast.walk(node) if (t := _changed(n)) is not None}
        found.append(_Statement(cell.number, first, node, text, binds, frozenset(changes - {""}), loads))
    yield from found


def names_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(names that the lines bind in the module, names of the module that they use, inside functions as well)."""
    table = symtable.symtable(text, "cell", "exec")
    binds = {
        s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    loads = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    waiting = list(table.get_children())
    while waiting:
        inner = waiting.pop()
        loads |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
        waiting += inner.get_children()
    return frozenset(binds), frozenset(loads)


def _changed(node: ast.AST) -> ast.expr | None:
    """What a part of a statement sets an attribute or an entry of, or appends to."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        return node
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("setattr", "delattr")
    ):
        return node.args[0] if node.args else None
    return None


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _kept(statements: list[_Statement], wanted: set[str]) -> list[_Statement]:
    """What the module is made of, in the order of the notebook."""
    definitions = [s for s in statements if isinstance(s.node, _DEFINES)]
    defined = {name for s in definitions for name in s.binds}
    touched = set(defined)  # what the student's own functions have a part in
    for s in statements:
        if not isinstance(s.node, _DEFINES) and s.loads & touched:
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


def _counts_always(s: _Statement, touched: set[str]) -> bool:
    if isinstance(s.node, _DEFINES):
        return True
    if isinstance(s.node, (ast.Import, ast.ImportFrom)):
        return any(a.name == "*" for a in s.node.names) and not _is_of_the_kit(s.node)
    return isinstance(s.node, _ASSIGNS) and bool(s.binds | s.changes) and not s.loads & touched


def _counts_for(s: _Statement, values: set[str]) -> set[str] | frozenset[str]:
    """The names that make a statement count if any of them is needed."""
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
    """Whether it imports `check` or its like, which is not there where work is graded."""
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    return all(m.partition(".")[0] == "grader" for m in modules)


def _appended(node: ast.stmt) -> set[str]:
    """Names whose methods are called as statements of their own, as in NAMES.append("x")."""
    return {
        _root(n.value.func)
        for n in ast.walk(node)
        if isinstance(n, ast.Expr)
        and isinstance(n.value, ast.Call)
        and isinstance(n.value.func, ast.Attribute)
    }


def _cannot_fail(node: ast.stmt) -> bool:
    """Whether running the statement can't raise, so that its text may stand as it is."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = [
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
            node.args.vararg,
            node.args.kwarg,
        ]
        plain = not any(a is not None and a.annotation for a in arguments) and node.returns is None
        values = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        return plain and not node.decorator_list and all(map(_is_literal, values))
    if isinstance(node, ast.ClassDef):
        return not (node.decorator_list or node.bases or node.keywords) and all(map(_cannot_fail, node.body))
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) for t in node.targets) and _is_literal(node.value)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and _is_literal(node.value))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (*_CANT_READ, TypeError):  # TypeError: a list as a key
        return False
    return True


def _guarded(text: str) -> str:
    """The statement, so that what it raises is not raised. Texts of many lines in it stay as they are."""
    try:
        within = _lines_within_texts(text)
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = [
        line if number in within or not line else f"    {line}"
        for number, line in enumerate(text.split("\n"), 1)
    ]
    guarded = "\n".join(["try:", *lines, "except Exception:", "    pass"])
    try:
        compile(guarded, "cell", "exec", dont_inherit=True)
    except _CANT_READ:  # twenty blocks in each other are as many as Python takes
        return text
    return guarded


def _lines_within_texts(text: str) -> set[int]:
    """Numbers of the lines that begin inside a string."""
    within: set[int] = set()
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            within |= set(range(token.start[0] + 1, token.end[0] + 1))
        elif kind == "FSTRING_START":
            starts.append(token.start[0])
        elif kind == "FSTRING_END":
            within |= set(range(starts.pop() + 1, token.end[0] + 1))
    return within


def _defined_in(source: str) -> list[str]:
    """The names that a text which is not valid Python seems to define."""
    names = _DEFINITION.findall(source)
    return [n for n in names if n.isidentifier() and not keyword.iskeyword(n) and n != "__debug__"]


def _why(error: BaseException, cell: Cell) -> str:
    """The exception as Python text. Of a mistake in the syntax the cell is told in place of a file."""
    if isinstance(error, SyntaxError):
        line = (error.text or "").strip()[:200]
        return f"SyntaxError({error.msg!r}, ('cell {cell.number}', {error.lineno}, None, {line!r}))"
    return f'SyntaxError("cell {cell.number}: Python can\'t read it ({type(error).__name__})")'


def written_in(one: str, other: str) -> tuple[set[str], set[str]] | None:
    """What either of two modules has written and the other has not, which leaves it as `raise NotImplementedError`.

    None where one of them is no Python.
    """
    try:
        written, others = _tasks(ast.parse(one).body), _tasks(ast.parse(other).body)
    except _CANT_READ:
        return None
    tasks = [name for name in written | others if not (written.get(name) and others.get(name))]
    here, there = ({name for name in tasks if which.get(name)} for which in (written, others))
    return here, there


def _tasks(body: Iterable[ast.stmt], prefix: str = "") -> dict[str, bool]:
    """Qualified name of each function → whether it is written."""
    found: dict[str, bool] = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            found |= _tasks(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = _tasks(node.body, f"{prefix}{node.name}.")
            found |= inner | {
                f"{prefix}{node.name}": not any(map(_is_open, node.body)) and all(inner.values())
            }
        elif isinstance(node, (ast.If, ast.Try)):
            found |= _tasks(node.body, prefix)
    return found


def _is_open(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"
