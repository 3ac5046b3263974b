"""Statements guarded, so that one that raises does not keep the rest of the module from being imported.

A function or class whose definition raised raises the same when it is called, with the place in its cell.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection

ERRORS = "_cell_errors"  # what kept names of a module from being bound, by name
# The lines that only Jupyter understands, and that may be why something is not there.
LEFT_OUT = "_cell_left_out"
# The functions that guarded statements call. A definition may fail because an earlier import or definition has: then
# that is the reason. What an earlier cell has defined under the name stays, as in Jupyter.
PRELUDE = """
def _cell_failed(error, binds, loads, defines):
    here = globals()
    known = here.setdefault("_cell_errors", {})
    if isinstance(error, NameError):
        error = known.get(error.name, error)
    else:
        before = [here[name]._cell_error for name in loads if hasattr(here.get(name), "_cell_error")]
        error = before[0] if before else error
    known.update(dict.fromkeys(binds, error))
    traceback = error.__traceback__

    def fails(*args, **kwargs):
        raise error.with_traceback(traceback)

    fails._cell_error = error
    for name in binds if defines else ():
        here.setdefault(name, fails)


def _cell_await(awaits):
    try:
        awaits.send(None)
    except StopIteration:
        return
    awaits.close()
    raise RuntimeError("this await waits for something outside, which does not come when the notebook is graded")
""".strip()
PRELUDE_NAMES = frozenset({"_cell_failed", "_cell_await"})
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
CANT_PARSE = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parsers raise


def cannot_fail(node: ast.stmt) -> bool:
    """Return True if running the statement can't raise, so that it needs no guard."""
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
        return not (node.decorator_list or node.bases or node.keywords) and all(map(cannot_fail, node.body))
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) for t in node.targets) and _is_literal(node.value)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and _is_literal(node.value))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (*CANT_PARSE, TypeError):  # TypeError: a list as a key
        return False
    return True


def guarded(text: str, node: ast.stmt, binds: Collection[str], loads: Collection[str]) -> str:
    """Return the statement in a try block that passes over errors. Strings of several lines in it stay as they are.

    binds: names that it gives a value, loads: those of the module that it uses
    """
    try:
        inner = indented(text)
    except (tokenize.TokenError, SyntaxError):
        return text
    names = f"{sorted(binds)!r}, {sorted(loads)!r}, {isinstance(node, DEFINITIONS)}"
    handler = ["except Exception as _cell_error:", f"    _cell_failed(_cell_error, {names})"]
    guarded = "\n".join(["try:", inner, *(handler if binds else ["except Exception:", "    pass"])])
    try:
        compile(guarded, "cell", "exec", dont_inherit=True)
    except CANT_PARSE:  # twenty blocks in each other are as many as Python takes
        return text
    return guarded


def awaited(text: str, binds: Collection[str]) -> str:
    """Return a statement that awaits at the top level, as Jupyter allows, as one that Python allows.

    Raise SyntaxError for one that can't be written so.
    """
    known = [f"    global {', '.join(sorted(binds))}"] if binds else []
    lines = ["async def _cell_awaits():", *known, indented(text), "_cell_await(_cell_awaits())"]
    compile(whole := "\n".join(lines), "cell", "exec", dont_inherit=True)
    return whole


def indented(text: str) -> str:
    """Return the lines four columns further in, but for those that begin inside a string."""
    within = _lines_within_texts(text)
    lines = enumerate(text.split("\n"), 1)
    return "\n".join(line if number in within or not line else f"    {line}" for number, line in lines)


def _lines_within_texts(text: str) -> set[int]:
    """Return the numbers of the lines that begin inside a string."""
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
