"""Find the names of a module that the tests of one function use, beyond that function.

A notebook is run from top to bottom, so a check has to come after everything that its tests will call. The names are
read off the tests, their helpers and probes, without running them. A name too many only moves a check further down.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from grader.course import Unit, load_module

_DEEPEST = 4  # of containers that hold names


def names_mentioned(unit: Unit, items: Sequence[pytest.Item]) -> set[str]:
    """Return every name and text in the code of the tests, in the unit's code that they call, and in their cases."""
    probes = load_module(unit.probes) if unit.probes.exists() else None
    names: set[str] = set()
    seen: set[FunctionType] = set()
    waiting: list[FunctionType] = []
    for item in items:
        test = getattr(item, "obj", None)
        inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
        waiting += (
            [f for f in (inspect.unwrap(inner),) if isinstance(f, FunctionType)] if callable(inner) else []
        )
        names |= set(_texts(getattr(getattr(item, "callspec", None), "params", {})))
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        found = set(_names_in(function.__code__, function.__globals__))
        names |= found
        for name in found:
            for value in _values(name, function.__globals__, probes):
                if isinstance(value, (FunctionType, type)):
                    waiting += _functions_of(value, unit.tests)
                else:
                    names |= set(_texts(value))
    return names


def _values(name: str, module: Mapping[str, Any], probes: ModuleType | None) -> Iterator[Any]:
    if name in module:
        yield module[name]
    if probes is not None and hasattr(probes, name):
        yield getattr(probes, name)
    for other in [
        v for v in module.values() if isinstance(v, ModuleType) and v.__name__.startswith("_unit_")
    ]:
        if hasattr(other, name):
            yield getattr(other, name)


def _functions_of(value: FunctionType | type, tests: Path) -> Iterator[FunctionType]:
    """Yield the function, or the methods of the class, if the unit's own tests define them."""
    for function in vars(value).values() if isinstance(value, type) else [value]:
        if isinstance(function, FunctionType) and Path(function.__code__.co_filename).is_relative_to(tests):
            yield function


def _names_in(code: CodeType, module: Mapping[str, Any]) -> Iterator[str]:
    """Yield names and texts in the code, but not attributes of a library, as in torch.log_softmax."""
    in_library = False
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD") and in_library:
            continue
        value = instruction.argval
        in_library = instruction.opname == "LOAD_GLOBAL" and _is_library(module.get(str(value)))
        if instruction.opcode in dis.hasname and isinstance(value, str):
            yield value
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant, module)
        else:
            yield from _texts(constant)


def _is_library(value: Any) -> bool:
    return isinstance(value, ModuleType) and not value.__name__.startswith("_unit_")


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts in plain data."""
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (*_texts(key, depth + 1), *_texts(inner, depth + 1))
    elif depth < _DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _texts(inner, depth + 1)
