"""The words of handout and stub that the tests of a unit judge by, looked up where they have to stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from grader.authoring.promises.handout import Promise, promises_of
from grader.authoring.promises.text import Block, blocks, plain
from grader.course import Unit
from grader.course.marks import public_tests
from grader.course.stubs import generate_stub

Source = Literal["handout", "stub"]


@dataclass(frozen=True)
class Citation:
    """A clause that a test judges by.

    spans: number of a block of the handout → where the clause stands in its text; empty for a clause of the stub
    stands: False when the source has no such words
    """

    test: str
    function: str
    band: str
    points: int
    source: Source
    clause: str
    stands: bool
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, promise: Promise) -> bool:
        return promise.holds(self.spans.get(promise.place, []))


@dataclass(frozen=True)
class Promises:
    """What a unit promises, and which tests judge by it.

    silent: the tests that cite nothing
    """

    unit: Unit
    handout: tuple[Block, ...]
    promises: tuple[Promise, ...]
    citations: tuple[Citation, ...]
    silent: tuple[str, ...]

    @property
    def unjudged(self) -> list[Promise]:
        return [p for p in self.promises if not any(c.of(p) for c in self.citations)]

    def problems(self) -> list[str]:
        """Return what contradicts: words that do not stand, promises and tests without each other, wrong bands.

        Empty for a unit whose tests cite nothing: its author does without.
        """
        if not self.citations:
            return []
        lines = [
            f"{c.test} judges by words that the {c.source} does not have: {c.clause!r}"
            for c in self.citations
            if not c.stands
        ]
        lines += [f"{test} does not say which words it judges by" for test in self.silent]
        lines += [f"no test judges by what the handout promises: {_shown(p)}" for p in self.unjudged]
        return lines + list(self._bands())

    def _bands(self) -> Iterator[str]:
        """Yield tests whose points are of another band than what they judge by.

        Extras get points of their own, and what is core costs no more than core points. Words outside of the promises,
        such as a formula, have no band.
        """
        for test in dict.fromkeys(c.test for c in self.citations):
            own = [c for c in self.citations if c.test == test]
            promised = {p.band for p in self.promises for c in own if c.of(p)}
            if promised and own[0].band not in promised:
                words, bands = " and ".join(repr(c.clause) for c in own), " and ".join(sorted(promised))
                yield f"{test} gives {own[0].band} points, but judges by {bands} clauses: {words}"
            for clause in own:
                held = {p.band for p in self.promises if clause.of(p)}
                if own[0].band == "core" and held and "core" not in held and "core" in promised:
                    yield f"{test} gives core points, but judges by more than core: {clause.clause!r}"


def promises_and_citations(unit: Unit) -> Promises:
    """Return the unit's promises and what its tests cite of them. Read the handout and the generated stub."""
    handout = tuple(blocks(unit.handout.read_text(encoding="utf-8"))) if unit.handout.exists() else ()
    promises = promises_of(list(handout))
    stub = plain(generate_stub(unit))
    citations, silent = [], []
    for node, marks in public_tests(unit):
        cited: list[Citation] = []
        for source in ("handout", "stub"):
            for clause in _clauses(marks.get(source, ())):
                spans = _spans(clause, handout, promises, marks["function"]) if source == "handout" else {}
                stands = bool(spans) if source == "handout" else _in_order(clause, stub)
                band, worth = marks.get("band", "core"), marks.get("n", 0)
                cited.append(
                    Citation(node.name, marks["function"], band, worth, source, clause, stands, spans)
                )
        citations += cited
        if not cited:
            silent.append(node.name)
    return Promises(unit, handout, tuple(promises), tuple(citations), tuple(silent))


def _clauses(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _spans(
    clause: str, handout: tuple[Block, ...], promises: list[Promise], function: str
) -> dict[int, list[tuple[int, int]]]:
    """Return where the clause stands: in the rows of its function, if it stands there, else wherever it does."""
    found = {place: block.spans(plain(clause)) for place, block in enumerate(handout)}
    found = {place: spans for place, spans in found.items() if spans}
    own = {p.place for p in promises if function in p.names}
    return {place: spans for place, spans in found.items() if place in own} or found


def _in_order(clause: str, text: str) -> bool:
    return bool(Block("", "paragraph", (text,)).spans(plain(clause)))


def _shown(promise: Promise) -> str:
    text = promise.text if len(promise.text) < 100 else f"{promise.text[:100]} …"
    return f"{promise.names}: {text}" if promise.names else text
