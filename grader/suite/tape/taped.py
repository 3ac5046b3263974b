"""A recorded test: the examples that hypothesis drew for it, and what the answer key said about each."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from grader.box import wire
from grader.endings import StudentError


@dataclass(frozen=True)
class ReferenceAnswer:
    """What `reference` answered to a request, as bytes of box.wire, or the exception that it raised."""

    message: bytes
    reply: bytes | StudentError


@dataclass
class Example:
    """One call of a test's body.

    arguments: what hypothesis drew for the body's parameters; a `st.data()` is left out
    data:      name of the parameter that a `st.data()` was drawn for; "" without one
    draws:     what the body drew from it, in order
    rejected:  True when the example was rejected in the midst of the body, by `assume` or by hypothesis itself
    answers:   what `reference` answered, in order
    """

    arguments: dict[str, Any]
    data: str = ""
    draws: list[Any] = field(default_factory=list)
    rejected: bool = False
    answers: list[ReferenceAnswer] = field(default_factory=list)

    def played(self, *, once: bool) -> dict[str, Any]:
        """Return the arguments to call the body with: copies, for a test may change them, unless it is for the once."""
        arguments, draws = self.arguments, self.draws
        if not once:
            arguments, draws = copy.deepcopy((arguments, draws))
        return {**arguments, self.data: PlayedData(draws)} if self.data else arguments


class OffTape(BaseException):
    """The body draws more than was recorded. A test's own `except Exception` must not swallow it."""


class PlayedData:
    """Stands for `st.data()`: what is drawn from it was recorded, whatever the strategy."""

    def __init__(self, draws: list[Any]) -> None:
        self._left = iter(draws)

    def draw(self, strategy: object, label: object = None) -> Any:
        """Return the next of the recorded draws."""
        for value in self._left:
            return value
        raise OffTape


@dataclass
class Tape:
    """The recorded tests of some units under one seed.

    secret:  base of the seeds that the examples were drawn by
    tests:   label of a test ("01_softmax/test_gradient") → its examples
    untaped: label of a test with examples that could not be recorded → why
    """

    secret: bytes = field(repr=False)
    tests: dict[str, list[Example]] = field(default_factory=dict)
    untaped: dict[str, str] = field(default_factory=dict)

    def differences(self, unit: str, again: Tape) -> dict[str, str]:
        """Return the tests of the unit that were recorded otherwise the second time, each with the reason."""
        own = [label for label in self.tests if label.startswith(f"{unit}/")]
        why = "two recordings differ: something else than hypothesis draws, or the key is random"
        return {label: why for label in own if not _same(self.tests[label], again.tests.get(label))}

    def drop(self, label: str, why: str) -> None:
        """Take a test off the tape."""
        del self.tests[label]
        self.untaped[label] = why


def _same(a: Any, b: Any) -> bool:
    """Return True when both are made of the same values. Tensors count with their memory, functions by type alone."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (torch.Tensor, np.ndarray)):
        return wire.pack(a) == wire.pack(b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, Mapping):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if hasattr(a, "__dict__") and not callable(a):
        return _same(vars(a), vars(b))
    return callable(a) or repr(a) == repr(b)  # a nan is not equal to itself
