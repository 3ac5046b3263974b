"""Statements guarded, so that one that raises does not keep the rest of the module from being imported."""

from __future__ import annotations

import ast
import io
import tokenize

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


def guarded(text: str) -> str:
    """Return the statement in a try block that passes over errors. Strings of several lines in it stay as they are."""
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
    except CANT_PARSE:  # twenty blocks in each other are as many as Python takes
        return text
    return guarded


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
