"""A recorded test: the examples that hypothesis drew for it, and what the answer key said about each."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ReferenceAnswer:
    """What `reference` answered to a request, as bytes of box.wire, or the exception that it raised."""

    message: bytes
    reply: bytes | Exception


@dataclass
class Example:
    """One call of a test's body.

    arguments: what hypothesis drew for the body's parameters; a `st.data()` is left out
    data:      name of the parameter that a `st.data()` was drawn for; "" without one
    draws:     what the body drew from it, in order
    rejected:  True when the body rejected the example, as `hypothesis.assume` does
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


class OffTape(Exception):
    """The body drew more than was recorded."""


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
