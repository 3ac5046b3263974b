"""`student` and `reference`, which a test calls: functions of a module that may run behind walls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from grader.box.protocol import Box
from grader.course import Unit
from grader.endings import StudentError
from grader.suite.source import Call, literal, request_as_python

_KEPT_CALLS = 6


@dataclass
class _Request:
    """A request to the box.

    as_python: code that does the same without the kit, if the test has its own
    result:    empty until the box has answered
    """

    op: str
    name: str
    args: Any
    kwargs: Any
    as_python: str | None
    result: tuple[Any, ...] = ()


class Mismatch(AssertionError):
    """A result differs from the expected one. The text is for a student to read."""


class Student:
    """Calls into a submission: `student.logsumexp(x, dim=0)`, `student.run("name_of_a_probe", ...)`.

    Arguments and results are plain data (see box.wire). The result's kind is checked against the unit's
    `returns`, so that a forgotten `return` reads as one. StudentError is raised for an exception in the
    submission, a subclass of Ended for whatever ends the test. A public attribute here hides a function of the same
    name, so grader.course.units.RESERVED_NAMES lists them all.

    device: the name of the device that the submission works on
    quick:  True when no grade depends on the run: a test that repeats itself, over seeds, may stop early
    """

    def __init__(self, box: Box, unit: Unit, *, quick: bool = False) -> None:
        self.quick = quick
        self.device = box.device
        self._box = box
        self._unit = unit
        self._requests: list[_Request] = []
        self._seed: int | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = self._request("call", name, args, kwargs)
            if name in self._unit.functions:
                check_kind(name, result, self._unit.functions[name].returns)
            return result

        return call

    def run(
        self, probe: str, *args: Any, as_python: str | None = None, anew: bool = False, **kwargs: Any
    ) -> Any:
        """Run a probe of the unit, or one of box.probes, beside the submission. Return its plain result.

        anew:      on a second one of the module, which has just been imported and remembers no call
        as_python: code that does the same without the kit, for a student to paste
        """
        return self._request("run_anew" if anew else "run", probe, args, kwargs, as_python)

    @contextmanager
    def raises(self, name: str, what: str) -> Iterator[None]:
        """Raise Mismatch unless the body raises an exception of the class called `name`, or of one derived from it."""
        try:
            yield
        except StudentError as error:
            if name not in error.classes:
                raise Mismatch(f"{what} has to raise {name}, but raised {error}") from None
            return
        raise Mismatch(f"{what} has to raise {name}, but raised nothing")

    def _request(self, op: str, name: str, args: Any, kwargs: Any, as_python: str | None = None) -> Any:
        seed, self._seed = self._seed, None
        request = _Request(op, name, args, kwargs, as_python)
        self._requests.append(request)
        del self._requests[:-_KEPT_CALLS]
        result = self._box.request(op, name, args, kwargs, seed)
        request.result = (result,)
        return result

    @property
    def _asked(self) -> bool:
        """True when something was asked since the test or example began."""
        return bool(self._requests)

    def _begin(self, seed: int | None) -> None:
        """Start a test or an example: forget the calls of the one before."""
        self._requests.clear()
        self._seed = seed

    def _last_calls(self) -> list[Call]:
        """Return the last few calls since the example began."""
        return [
            Call(
                r.as_python or request_as_python(r.op, r.name, r.args, r.kwargs),
                literal(r.result[0]) if r.result else "",
            )
            for r in self._requests
        ]


def check_kind(name: str, value: Any, kind: str) -> None:
    """Raise Mismatch when `value` is not of the kind that the unit's `returns` states for `name`."""
    if kind == "any" or _is_kind(value, kind):
        return
    got = "None (is a `return` missing?)" if value is None else _describe(value)
    raise Mismatch(f"{name} has to return {_IN_WORDS[kind]}, but returned {got}")


_IN_WORDS = {
    "tensor": "a tensor",
    "number": "a number (int, float, or a tensor of one entry without dims)",
    "int": "an int",
    "pair": "two numbers",
    "numbers": "a list of numbers",
}


def _is_kind(value: Any, kind: str) -> bool:
    if kind == "tensor":
        return isinstance(value, torch.Tensor)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return (isinstance(value, (int, float)) and not isinstance(value, bool)) or (
            isinstance(value, torch.Tensor) and value.dim() == 0
        )
    if isinstance(value, torch.Tensor) and value.dim() == 1:
        return kind == "numbers" or len(value) == 2
    if not isinstance(value, (list, tuple)) or (kind == "pair" and len(value) != 2):
        return False
    return all(_is_kind(v, "number") for v in value)


def _describe(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"a {str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}"
    text = literal(value)
    return f"{text[:80]} ({type(value).__name__})" if type(value).__name__ != "Opaque" else text
