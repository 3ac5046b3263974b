"""What a test is worth, which function it judges, and which public test a hidden one deepens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from grader.course.units import BANDS

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Worth:
    """A test's place in the grading.

    deepens: the public test's name for a hidden test, else None
    form:    whether the test sees the form of an answer alone, and a hidden one whether it is right
    """

    title: str
    points: int
    band: str
    of: str
    hint: str
    deepens: str | None = None
    form: bool = False

    @property
    def hidden(self) -> bool:
        return self.deepens is not None


def points(n: int, *, of: str, band: str = "core", hint: str = "", form: bool = False) -> Callable[[F], F]:
    """Mark a public test: worth `n` points of `band`, judging function `of`. Its docstring is its title.

    form: it sees the form of an answer alone; a hidden test, which deepens it, sees whether the answer is right
    """
    if n < 1 or band not in BANDS:
        raise ValueError(f"points: a natural number and one of {BANDS}, not {n} and {band!r}")
    return lambda test: pytest.mark.points(n=n, of=of, band=band, hint=hint, form=form)(test)


def deepens(test: str) -> Callable[[F], F]:
    """Mark a hidden test. It has no points of its own: those of the public `test` need both to pass."""
    return lambda hidden: pytest.mark.deepens(test=test)(hidden)


def worth_of(item: pytest.Item, siblings: dict[str, pytest.Item]) -> Worth | None:
    """The Worth of a collected test, None when it carries no mark. Raises ValueError for a wrong mark.

    siblings: all tests of the unit by the name of their function, in which a hidden test finds its public one.
    """
    name = getattr(item, "originalname", None) or item.name
    title = _title(item)
    if mark := item.get_closest_marker("deepens"):
        public = siblings.get(mark.kwargs["test"])
        public_mark = public.get_closest_marker("points") if public else None
        if public_mark is None:
            raise ValueError(f"{name} deepens {mark.kwargs['test']}, which is no public test of its unit")
        about = public_mark.kwargs
        return Worth(title, 0, about["band"], about["of"], about["hint"], deepens=mark.kwargs["test"])
    if mark := item.get_closest_marker("points"):
        about = mark.kwargs
        return Worth(title, about["n"], about["band"], about["of"], about["hint"], form=about["form"])
    return None


def _title(item: pytest.Item) -> str:
    doc = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    paragraph = doc.strip().split("\n\n")[0]
    title = " ".join(paragraph.split()) or item.name
    callspec = getattr(item, "callspec", None)
    return f"{title} [{callspec.id}]" if callspec else title
