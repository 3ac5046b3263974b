"""Show the result of a check: each test, with what failed and how, as HTML in a notebook and as text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from grader.course import Unit
from grader.records.outcomes import Outcome
from grader.records.scoring import scale_points
from grader.records.words import LABELS, Label, explanation, worth_in_words
from grader.suite.plugin.verdict import Verdict

_NOT_COUNTED = (Outcome.SKIPPED, Outcome.NOT_RUN)
# Colours that can be read on a light and on a dark page. A mark and a word beside each say the same.
_GREEN, _RED = "#2e8b57", "#d1495b"
_GREY = "rgba(127,127,127,.12)"
_PRE = f"margin:.3em 0 .5em 1.6em;padding:.4em .6em;overflow-x:auto;white-space:pre-wrap;background:{_GREY}"
# Templates: what is formatted into a Markup is escaped, unless it is Markup itself.
_FRAME = Markup(
    '<div style="border-left:4px solid {colour};padding-left:.8em"><strong>{headline}</strong>{rest}</div>'
)
_UNTOUCHED = f": {LABELS[Outcome.NOT_IMPLEMENTED].words}"
_ROWS = Markup('<ul style="list-style:none;padding-left:0;margin:.3em 0">{}</ul>')
_HEAD = Markup(
    '<span style="color:{colour}" aria-hidden="true">{mark}</span> '
    "<span>{title}<small> ({word}{worth})</small></span>"
)
_EXPLANATION = Markup('<pre style="{style}">{text}</pre>')
_HINT = Markup("<details style='margin-left:1.6em'><summary>Hint</summary>{}</details>")
_PRINTED = Markup(
    '<details><summary>Printed during the tests</summary><pre style="{style}">{text}</pre></details>'
)


@dataclass(frozen=True)
class Shown:
    """A public test as it is shown. Where a hidden test takes its points, title and verdict are the hidden test's."""

    name: str
    title: str
    points: int
    band: str
    hint: str
    clause: str
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

    possible: the function's core and robust points
    pictures: drawings, as SVG
    printed:  what the function printed during the tests
    """

    unit: Unit
    function: str
    tests: tuple[Shown, ...]
    possible: int
    pictures: tuple[Markup, ...] = ()
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
        """The points that check returns. Tests that could not be run here cost nothing."""
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
    def _explained(self) -> list[Shown]:
        """The failures that are shown in full. Errors with the same message, such as a missing return, appear once."""
        explained: list[Shown] = []
        for test in self.tests:
            same = any(t.verdict.message == test.verdict.message for t in explained)
            if not test.passed and not (same and test.verdict.outcome is not Outcome.FAIL):
                explained.append(test)
        return [t for t in explained if t.verdict.outcome is not Outcome.NOT_IMPLEMENTED]

    def __repr__(self) -> str:
        """For a terminal."""
        if self.untouched:
            return self.headline + _UNTOUCHED
        lines = [self.headline]
        for test in self.tests:
            _, mark, word = test.label
            lines.append(f"  {mark} {word}: {test.title}{_worth_of(test)}")
            if test in self._explained:
                lines += [f"      {line}".rstrip() for line in _explanation(test)]
        if self.printed:
            lines += ["  Printed during the tests:", *(f"      {line}" for line in self.printed.splitlines())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """For a notebook."""
        colour = _GREEN if self.earned == self.counted and not self.untouched else _RED
        rest = Markup.escape(_UNTOUCHED) if self.untouched else self._details()
        return str(_FRAME.format(colour=colour, headline=self.headline, rest=rest))

    def _details(self) -> Markup:
        rows = Markup("").join(self._row(test) for test in self.tests)
        printed = _PRINTED.format(style=_PRE, text=self.printed) if self.printed else ""
        return Markup("{}{}{}").format(_ROWS.format(rows), Markup("").join(self.pictures), printed)

    def _row(self, test: Shown) -> Markup:
        _, mark, word = test.label
        colour = _GREEN if test.passed else _RED if test.failed else "inherit"
        row = _HEAD.format(colour=colour, mark=mark, title=test.title, word=word, worth=_worth_of(test))
        if test in self._explained:
            row += _EXPLANATION.format(style=_PRE, text="\n".join(_explanation(test, hint=False)))
            row += _HINT.format(test.hint) if test.helped_by_hint else Markup("")
        return Markup("<li>{}</li>").format(row)


def _explanation(test: Shown, *, hint: bool = True) -> list[str]:
    verdict = test.verdict
    wanted = test.hint if hint and test.helped_by_hint else ""
    law = test.clause if verdict.about_the_work else ""
    return explanation(verdict.message, verdict.where, verdict.counterexample, law, wanted)


def _worth_of(test: Shown) -> str:
    return worth_in_words(
        test.points, test.band, earned=test.passed, note=", by a hidden test" if test.hidden else ""
    )


def show(result: Result) -> None:
    """Show the result in the notebook, or print it where there is none."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(result)
    else:
        print(result)
