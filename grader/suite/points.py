"""A test's points, the function that it judges, and other tests that its points depend on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import pytest

from grader.course.units import BANDS
from grader.records.words import clause_in_words

F = TypeVar("F", bound=Callable[..., Any])
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})|\\x([a-f][0-9a-f])")


@dataclass(frozen=True)
class TestInfo:
    """A test's place in the grading.

    clause:  the words of handout and stub that it judges by, in a sentence; "" where it does not say
    deepens: the name of the public test, for a hidden test; else None
    form:    True when the test sees only the form of an answer, and a hidden test whether it is right
    beside:  the name of the public test that has to pass, too, where work that does nothing passes this one
    """

    __test__: ClassVar[bool] = False  # for pytest, which would collect it by its name

    title: str
    points: int
    band: str
    function: str
    hint: str
    clause: str = ""
    deepens: str | None = None
    form: bool = False
    beside: str | None = None

    @property
    def hidden(self) -> bool:
        return self.deepens is not None


def points(
    n: int,
    *,
    function: str,
    band: str = "core",
    hint: str = "",
    handout: str | tuple[str, ...] = (),
    stub: str | tuple[str, ...] = (),
    form: bool = False,
    beside: str | None = None,
) -> Callable[[F], F]:
    """Mark a public test: it gives `n` points of `band` and judges `function`. Its docstring is its title.

    handout, stub: the words there that the test judges by, and no more than they say. ` … ` stands for words that are
            left out. `grader audit` looks them up, and a failure shows them
    form:   True when it sees only the form of an answer; a hidden test, which deepens it, sees whether it is right
    beside: a public test of the same function, for a test that only forbids something, and that work which does
            nothing would pass: it counts where a case of the other one passes, too
    """
    if n < 1 or band not in BANDS:
        raise ValueError(f"points takes a positive number and one of {BANDS}, not {n} and {band!r}")
    about = {
        "n": n,
        "function": function,
        "band": band,
        "hint": hint,
        "clause": clause_in_words(_all(handout), _all(stub)),
        "form": form,
        "beside": beside,
    }
    return lambda test: pytest.mark.points(**about)(test)


def _all(clauses: str | tuple[str, ...]) -> tuple[str, ...]:
    return (clauses,) if isinstance(clauses, str) else clauses


def deepens(test: str) -> Callable[[F], F]:
    """Mark a hidden test. It has no points of its own: those of the public `test` need both to pass."""
    return lambda hidden: pytest.mark.deepens(test=test)(hidden)


def test_info(item: pytest.Item, siblings: dict[str, pytest.Item]) -> TestInfo | None:
    """Return the TestInfo of a collected test, None when it carries no mark. Raise ValueError for a wrong mark.

    siblings: all tests of the unit by the name of their function, among which a hidden test finds its public one
    """
    name = getattr(item, "originalname", None) or item.name
    title = _title(item)
    if mark := item.get_closest_marker("deepens"):
        public = siblings.get(mark.kwargs["test"])
        public_mark = public.get_closest_marker("points") if public else None
        if public_mark is None:
            raise ValueError(f"{name} deepens {mark.kwargs['test']}, which is not a public test of its unit")
        about = public_mark.kwargs
        return TestInfo(
            title,
            0,
            about["band"],
            about["function"],
            about["hint"],
            about["clause"],
            deepens=mark.kwargs["test"],
        )
    if mark := item.get_closest_marker("points"):
        about = mark.kwargs
        _require_beside(name, about, siblings)
        return TestInfo(
            title,
            about["n"],
            about["band"],
            about["function"],
            about["hint"],
            about["clause"],
            form=about["form"],
            beside=about["beside"],
        )
    return None


def _require_beside(name: str, about: Mapping[str, Any], siblings: dict[str, pytest.Item]) -> None:
    """Raise ValueError if the test counts beside one that can't show that its function works.

    One that was deselected is not there to be looked at.
    """
    if about["beside"] is None or about["beside"] not in siblings:
        return
    mark = siblings[about["beside"]].get_closest_marker("points")
    if mark is None or mark.kwargs["function"] != about["function"] or mark.kwargs["beside"]:
        raise ValueError(
            f"{name} can count only beside a public test of {about['function']} that counts by itself, "
            f"not beside {about['beside']}"
        )


def _title(item: pytest.Item) -> str:
    doc = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    paragraph = doc.strip().split("\n\n")[0]
    title = " ".join(paragraph.split()) or item.name
    callspec = getattr(item, "callspec", None)
    return f"{title} [{_unescaped(callspec.id)}]" if callspec else title


def _unescaped(name: str) -> str:
    """Return a parameter's id with the characters that pytest has spelled out, such as a √."""
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), name)
