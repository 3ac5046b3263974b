"""The functions that a module has written, compared with another's: which of two forms was worked on."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable

from grader.intake.submission.guarding import CANT_PARSE, PRELUDE_NAMES


def written_in(one: str, other: str) -> tuple[set[str], set[str]] | None:
    """Return the functions that only `one` and that only `other` has written; a stub raises NotImplementedError.

    Return None if one of them is not valid Python.
    """
    try:
        with warnings.catch_warnings():  # Python's, about the text: nobody would know whose it is
            warnings.simplefilter("ignore")
            written, others = _functions(ast.parse(one).body), _functions(ast.parse(other).body)
    except CANT_PARSE:
        return None
    names = [name for name in written | others if not (written.get(name) and others.get(name))]
    here, there = ({name for name in names if which.get(name)} for which in (written, others))
    return here, there


def _functions(body: Iterable[ast.stmt], prefix: str = "") -> dict[str, bool]:
    """Return qualified name of each function → True if it is written."""
    found: dict[str, bool] = {}
    for node in body:
        if getattr(node, "name", "") in PRELUDE_NAMES:
            continue
        if isinstance(node, ast.ClassDef):
            found |= _functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = _functions(node.body, f"{prefix}{node.name}.")
            found |= inner | {
                f"{prefix}{node.name}": not any(map(_is_unwritten, node.body)) and all(inner.values())
            }
        elif isinstance(node, (ast.If, ast.Try)):
            found |= _functions(node.body, prefix)
    return found


def _is_unwritten(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"
