"""Seeds: the same draws for every submission, and a new start for every example.

A submission can read the seed of its own generators, so each use has a seed of its own: from one, no other follows.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import hmac
import random
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import numpy as np
import torch

from grader.suite.plugin._compat import draws_examples, seeded_as_in_an_example


def seed_for(base: bytes, test: str, use: str = "") -> int:
    """Return the seed of a test for one use, 63 bits: the same for every student, unknown without `base`.

    use: "" for hypothesis, "body" for the test's own draws, "box" for those of the submission and the answer key
    """
    label = f"{use}\0{test}" if use else test
    return int.from_bytes(hmac.new(base, label.encode(), hashlib.sha256).digest()[:8]) >> 1


def begin(
    test: Any,
    label: str,
    base: bytes,
    begin_example: Callable[[int], None],
    *,
    repeatable: bool,
    replay: tuple[str, str] | None,
) -> None:
    """Seed everything that `test` draws on; a test with examples is seeded anew for each of them.

    label, base:   as in seed_for
    begin_example: called with the box's seed before the test and each of its examples
    repeatable:    True to have hypothesis draw by the seed, too
    replay:        (hypothesis version, blob) of the example to repeat
    """
    examples = draws_examples(test)
    if examples and repeatable:
        hypothesis.seed(seed_for(base, label))(test)
    if examples and replay:
        hypothesis.reproduce_failure(replay[0], ast.literal_eval(replay[1]))(test)
    of_body, of_box = seed_for(base, label, "body"), seed_for(base, label, "box")

    def begin_seeded() -> None:
        torch.default_generator.manual_seed(of_body)
        random.seed(of_body)
        np.random.seed(of_body % 2**32)
        begin_example(of_box)

    _HOOK.on_example = begin_seeded if examples else _nothing
    begin_seeded()


@contextlib.contextmanager
def examples() -> Iterator[Callable[[], None]]:
    """Yield a function to call before each example: it seeds what is seeded then. Afterwards all is as before."""
    with seeded_as_in_an_example():
        yield lambda: _HOOK.on_example()


def state() -> tuple[Any, ...]:
    """Return the state of the generators that are seeded for each example, to compare."""
    numpy = [part.tobytes() if isinstance(part, np.ndarray) else part for part in np.random.get_state()]
    return random.getstate(), numpy, torch.default_generator.get_state().numpy().tobytes()


def state_at_the_start_of_an_example() -> tuple[Any, ...]:
    """Return the state that each example of the present test starts from."""
    with seeded_as_in_an_example():
        return state()


def end() -> None:
    """Let no example of another test be seeded as those of the last one."""
    _HOOK.on_example = _nothing


def _nothing() -> None:
    pass


class _ExampleHook:
    """A random generator in hypothesis' eyes, which it seeds whenever it begins an example.

    It comes last, after random and numpy, which hypothesis seeds with 0: anybody could tell what they draw next.
    """

    def __init__(self) -> None:
        self.on_example: Callable[[], None] = _nothing

    def seed(self, *_: object) -> None:
        self.on_example()

    def getstate(self) -> tuple[int]:
        return (0,)

    def setstate(self, state: object) -> None:
        pass


_HOOK = _ExampleHook()
with seeded_as_in_an_example():  # it registers numpy's generator at its first use
    pass
hypothesis.register_random(_HOOK)  # keeps a weak reference: the hook lives as long as this module
