"""`student` and `reference`: what a test calls. Functions of a module that may live behind a wall."""

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
    """What was asked of the box; `told` is the test's own way of writing it, `result` is empty until it is there."""

    op: str
    name: str
    args: Any
    kwargs: Any
    told: str | None
    result: tuple[Any, ...] = ()


class Mismatch(AssertionError):
    """What came out is not what has to come out. The text is for a student to read."""


class Student:
    """Calls into a submission: `student.logsumexp(x, dim=0)`, `student.run("name_of_a_probe", ...)`.

    Arguments and results are plain data (see box.wire). The result's kind is checked against the unit's
    `returns`, so that a forgotten `return` reads as one. StudentError is raised for an exception in the
    submission, a subclass of Ended for what ends the test.

    device: the name of the device that the submission works on, for tests that tell it
    rehearsal: whether no grade comes of it: a test that repeats itself, over seeds, may cut that short
    """

    def __init__(self, box: Box, unit: Unit, rehearsal: bool = False) -> None:
        self.rehearsal = rehearsal
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

    def run(self, probe: str, *args: Any, as_python: str | None = None, **kwargs: Any) -> Any:
        """Run a probe of the unit, or one of box.probes, beside the submission; its plain result.

        as_python: code that does the same without the kit, for a student to paste, where the test can tell it.
        """
        return self._request("run", probe, args, kwargs, as_python)

    @contextmanager
    def raises(self, name: str, what: str) -> Iterator[None]:
        """The body has to raise an exception of the class called `name`, or one derived from it."""
        try:
            yield
        except StudentError as error:
            if name not in error.classes:
                raise Mismatch(f"{what} has to raise {name}, but raised {error}") from None
            return
        raise Mismatch(f"{what} has to raise {name}, but raised nothing")

    def _request(self, op: str, name: str, args: Any, kwargs: Any, told: str | None = None) -> Any:
        seed, self._seed = self._seed, None
        request = _Request(op, name, args, kwargs, told)
        self._requests.append(request)
        del self._requests[:-_KEPT_CALLS]
        result = self._box.request(op, name, args, kwargs, seed)
        request.result = (result,)
        return result

    def _begin(self, seed: int | None) -> None:
        """A new test or example: what was called before is no part of its story."""
        self._requests.clear()
        self._seed = seed

    def _story(self) -> list[Call]:
        """The calls since the example began, the last few of them."""
        return [
            Call(
                r.told or request_as_python(r.op, r.name, r.args, r.kwargs),
                literal(r.result[0]) if r.result else "",
            )
            for r in self._requests
        ]


def check_kind(name: str, value: Any, kind: str) -> None:
    """Raise Mismatch, in words, when `value` is not of the kind that the unit says `name` returns."""
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
