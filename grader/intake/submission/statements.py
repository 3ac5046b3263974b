"""The statements of a notebook's cells, with the names that each one binds, changes and uses."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from grader.intake.submission.guarding import DEFINITIONS
from grader.intake.submission.magics import plain_python
from grader.intake.submission.notebook_reader import Cell, NotebookError

MAX_STATEMENTS = 5000  # at the top level of all cells together


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    line:    where in the cell it begins, counted from 1
    binds:   names that it gives a value
    changes: names whose attributes or entries it sets
    loads:   names of the module that it uses, in the bodies of functions as well
    awaits:  True if it awaits outside of a function, as Jupyter allows and Python does not
    """

    cell: int
    line: int
    node: ast.stmt
    text: str
    binds: frozenset[str]
    changes: frozenset[str]
    loads: frozenset[str]
    awaits: bool = False


def statements_of(cell: Cell) -> Iterator[Statement]:
    """Yield the statements of a cell, or none of them and raise what Python raises for a cell that is not valid.

    Raises NotebookError above MAX_STATEMENTS.
    """
    source = plain_python(cell.source)
    may_await = not _is_plain(source)
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
        as_written = alone and not _takes_out_globals(node)
        text = "\n".join(lines[first - 1 : last]) if as_written else ast.unparse(node)
        binds, loads = names_of(text)
        changes = {root_of(t) for n in ast.walk(node) if (t := _changed(n)) is not None}
        awaits = may_await and not _is_plain(text)
        found.append(
            Statement(cell.number, first, node, text, binds, frozenset(changes - {""}), loads, awaits)
        )
    yield from found


class _Globals(ast.NodeTransformer):
    """Takes out `global` where it says nothing: at the top level, all names are the module's.

    There it may stand in a cell whose names an earlier cell has bound, but not in a module.
    """

    found = False

    def visit_Global(self, node: ast.Global) -> ast.stmt:
        self.found = True
        return ast.copy_location(ast.Pass(), node)

    def _stay(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _stay


def _takes_out_globals(node: ast.stmt) -> bool:
    """Take `global` out of a statement. Return True if there was one."""
    globals_ = _Globals()
    if not isinstance(node, DEFINITIONS) and any(isinstance(n, ast.Global) for n in ast.walk(node)):
        globals_.visit(node)
    return globals_.found


def _is_plain(source: str) -> bool:
    """Return False for what only Jupyter runs: it awaits at the top level. Raise what Python raises for no program."""
    try:
        compile(
            source, "cell", "exec", dont_inherit=True
        )  # says of more mistakes than ast.parse: a return outside
    except SyntaxError:
        compile(source, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return False
    return True


def names_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return (names that the lines bind in the module, names of the module that they use, in functions as well)."""
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
    """Return the expression whose attribute or entry a part of a statement sets; None if it sets none."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        return node
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("setattr", "delattr")
    ):
        return node.args[0] if node.args else None
    return None


def root_of(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
