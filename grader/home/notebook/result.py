"""What check shows: each test with what failed and how, as HTML in a notebook and as text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from grader.course import Unit
from grader.records.outcomes import Outcome
from grader.records.scoring import scale_points
from grader.records.words import LABELS, Label
from grader.suite.plugin.verdict import Verdict

_NOT_COUNTED = (Outcome.SKIPPED, Outcome.NOT_RUN)
# Colours that can be read on a light and on a dark page; each is beside a mark and a word that say the same.
_GREEN, _RED = "#2e8b57", "#d1495b"
_GREY = "rgba(127,127,127,.12)"
_PRE = f"margin:.3em 0 .5em 1.6em;padding:.4em .6em;overflow-x:auto;white-space:pre-wrap;background:{_GREY}"


@dataclass(frozen=True)
class Shown:
    """A public test. Where a hidden one takes its points, title and verdict are that one's."""

    name: str
    title: str
    points: int
    band: str
    hint: str
    verdict: Verdict
    hidden: bool = False

    @property
    def passed(self) -> bool:
        return self.verdict.outcome is Outcome.PASS

    @property
    def failed(self) -> bool:
        return not self.passed and self.verdict.outcome not in (*_NOT_COUNTED, Outcome.NOT_IMPLEMENTED)

    @property
    def label(self) -> Label:
        return LABELS[self.verdict.outcome]

    @property
    def helped_by_hint(self) -> bool:
        failed = self.verdict.outcome in (Outcome.FAIL, Outcome.ERROR)
        return bool(self.hint and self.verdict.counterexample and failed)


@dataclass(frozen=True)
class Result:
    """How the tests of a function went.

    possible: what the function is worth, core and robust points
    pictures: drawings, as SVG
    printed:  what it printed meanwhile
    """

    unit: Unit
    function: str
    tests: tuple[Shown, ...]
    possible: int
    pictures: tuple[str, ...] = ()
    printed: str = ""

    @property
    def counted(self) -> int:
        """The points of the tests that could be run."""
        return sum(t.points for t in self._worth() if t.verdict.outcome not in _NOT_COUNTED)

    @property
    def earned(self) -> int:
        return sum(t.points for t in self._worth() if t.passed)

    @property
    def points(self) -> float:
        """What check returns: `possible` itself for full marks; what could not be tested here costs nothing."""
        return scale_points(self.earned, self.counted, self.possible)

    @property
    def bonus(self) -> int:
        return sum(t.points for t in self.tests if t.band == "stretch" and t.passed)

    @property
    def reason(self) -> str:
        return next((t.verdict.message for t in self.tests if t.verdict.outcome in _NOT_COUNTED), "")

    def _worth(self) -> Iterator[Shown]:
        return (t for t in self.tests if t.band != "stretch")

    @property
    def untouched(self) -> bool:
        return all(t.verdict.outcome is Outcome.NOT_IMPLEMENTED for t in self.tests)

    @property
    def headline(self) -> str:
        bonus = f", and {self.bonus} of bonus" if self.bonus else ""
        if not self.possible:
            return f"{self.function} ★: {self.bonus} points of bonus"
        return f"{self.function}: {self.points:g} of {self.possible} points{bonus}"

    @property
    def _told(self) -> list[Shown]:
        """The failures told in full: all of a function that is not written yet fail in the same way."""
        told: list[Shown] = []
        for test in self.tests:
            same = any(t.verdict.message == test.verdict.message for t in told)
            if not test.passed and not (same and test.verdict.outcome is not Outcome.FAIL):
                told.append(test)
        return told

    def __repr__(self) -> str:
        """For a terminal."""
        if self.untouched:
            return f"{self.headline}: not written yet"
        lines = [self.headline]
        for test in self.tests:
            _, mark, word = test.label
            lines.append(f"  {mark} {word}: {test.title}{_worth_of(test)}")
            if test in self._told and test.verdict.outcome is not Outcome.NOT_IMPLEMENTED:
                lines += [f"      {line}".rstrip() for line in _story(test)]
        if self.printed:
            lines += ["  Printed meanwhile:", *(f"      {line}" for line in self.printed.splitlines())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """For a notebook."""
        colour = _GREEN if self.earned == self.counted else _RED
        rows = "".join(self._row(test) for test in self.tests)
        printed = (
            f"<details><summary>Printed meanwhile</summary>{_pre(self.printed)}</details>"
            if self.printed
            else ""
        )
        head = f"<strong>{escape(self.headline)}</strong>"
        if self.untouched:
            return (
                f'<div style="border-left:4px solid {_RED};padding-left:.8em">{head}: not written yet</div>'
            )
        return (
            f'<div style="border-left:4px solid {colour};padding-left:.8em">{head}'
            f'<ul style="list-style:none;padding-left:0;margin:.3em 0">{rows}</ul>'
            f"{''.join(self.pictures)}{printed}</div>"
        )

    def _row(self, test: Shown) -> str:
        _, mark, word = test.label
        colour = _GREEN if test.passed else _RED if test.failed else "inherit"
        head = (
            f'<span style="color:{colour}" aria-hidden="true">{mark}</span> '
            f"<span>{escape(test.title)}<small> ({word}{escape(_worth_of(test))})</small></span>"
        )
        if test not in self._told or test.verdict.outcome is Outcome.NOT_IMPLEMENTED:
            return f"<li>{head}</li>"
        story = _pre("\n".join(_story(test, hint=False)))
        hint = f"<details style='margin-left:1.6em'><summary>Hint</summary>{escape(test.hint)}</details>"
        return f"<li>{head}{story}{hint if test.helped_by_hint else ''}</li>"


def _story(test: Shown, *, hint: bool = True) -> list[str]:
    """What was expected and what came, the smallest example found, where, and a hint."""
    verdict = test.verdict
    lines = verdict.message.splitlines()
    if verdict.where:
        lines.append(f"at {verdict.where}")
    if verdict.counterexample:
        lines += [
            "The smallest example found:",
            *(f"    {line}" for line in verdict.counterexample.splitlines()),
        ]
    if hint and test.helped_by_hint:
        lines.append(f"Hint: {test.hint}")
    return lines


def _worth_of(test: Shown) -> str:
    kind = " ▲" if test.band == "robust" else " ★" if test.band == "stretch" else ""
    hidden = ", by a hidden test" if test.hidden else ""
    return f" [{test.points if test.passed else 0} of {test.points}{kind}{hidden}]"


def _pre(text: str) -> str:
    return f'<pre style="{_PRE}">{escape(text)}</pre>'


def show(result: Result) -> None:
    """Show the result in the notebook, or print it where there is none."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(result)
    else:
        print(result)
