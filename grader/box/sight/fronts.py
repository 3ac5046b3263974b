"""Python functions of libraries: a forbidden one says so when it is called, at any time, in any thread.

In place of its code stands a front, which tells of the call and then runs the function. The interpreter's hooks see
such calls, too, but they slow all of Python down to a half; a front costs nothing where other functions run. The
function stays the same object, so whoever has it already, or takes its code, has the front.

A front shows in tracebacks, and to whoever steps through it: it is for processes in which nobody debugs.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from grader.box.sight.called import places_of, receiver_of
from grader.box.sight.callers import functions_of
from grader.box.sight.operators import matcher

# Called with a function, the first argument of its call, or None, and the caller's frame.
Told = Callable[[FunctionType, Any, FrameType | None], None]

_functions: list[FunctionType] = []  # as they were, by number: no front holds one
_codes: dict[int, CodeType] = {}  # theirs, by id
_fronts: dict[int, CodeType] = {}  # by id
_read: dict[str, list[tuple[FunctionType, Sequence[str]]]] = {}  # by module
_seen: dict[tuple[str, ...], set[str]] = {}  # patterns → the modules that were looked through
_listening: list[Told] = []


def put(patterns: Sequence[str]) -> None:
    """Put a front before each function of a library, in the modules imported so far, whose place matches a pattern."""
    matches = matcher(tuple(patterns))
    seen = _seen.setdefault(tuple(patterns), set())
    for name, functions in read_modules({pattern.partition(".")[0] for pattern in patterns}).items():
        if name not in seen:
            seen.add(name)
            for function, places in functions:
                if any(map(matches, places)) and id(function.__code__) not in _fronts:
                    _put_before(function)


def read_modules(packages: Collection[str]) -> dict[str, list[tuple[FunctionType, Sequence[str]]]]:
    """Return the functions in modules of these packages, as far as imported, with their dotted places of definition.

    Each module is read once: what was read before a fork is known after it.
    """
    for name, module in list(sys.modules.items()):
        if type(name) is not str or type(module) is not ModuleType or name in _read:
            continue
        if name.partition(".")[0] in packages:
            found = functions_of(module)
            _read[name] = [(f, places_of(f.__code__, f.__globals__)) for f in found]
    return {name: functions for name, functions in _read.items() if name.partition(".")[0] in packages}


def listen(told: Told) -> None:
    """Have `told` called from now on, before a function with a front runs."""
    _listening.append(told)


def covers(executed: CodeType, patterns: Sequence[str]) -> bool:
    """Return True when each function that a module's code defines, and that matches, has a front.

    It has none when the code has run elsewhere than in a module that is imported, or is about to run.
    """
    matches = matcher(tuple(patterns))
    return all(id(code) in _codes for code in _defined_in(executed) if any(map(matches, places_of(code, {}))))


def _defined_in(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of the functions that a module's code defines, and of its classes' methods."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & CO_OPTIMIZED:
                yield inner
            else:  # the body of a class
                yield from _defined_in(inner)


class _Front:
    """What stands in a front, in place of the function."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _run(self._number, args, kwargs)


def _run(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    function = _functions[number]
    receiver = args[0] if args else receiver_of(function.__code__, kwargs)
    for told in _listening:
        told(function, receiver, sys._getframe(3))
    return function(*args, **kwargs)


with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)  # a text is no function; a _Front takes its place
    _compiled = compile("def front(*args, **kwargs): return 'front'(*args, **kwargs)", __file__, "exec")
_TEMPLATE = next(const for const in _compiled.co_consts if isinstance(const, CodeType))


def _put_before(function: FunctionType) -> None:
    code = function.__code__
    original = FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__
    original.__qualname__ = function.__qualname__
    front = _TEMPLATE.replace(
        co_consts=tuple(_Front(len(_functions)) if c == "front" else c for c in _TEMPLATE.co_consts),
        co_freevars=code.co_freevars,  # as many as the function's closure has
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )
    _functions.append(original)
    _codes[id(code)] = code
    _fronts[id(front)] = front
    function.__code__ = front
