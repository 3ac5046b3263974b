"""The promises of a handout: what its tables and lists say of the work, each to be judged by a test.

They stand in the sections that hold a contract table, one whose first row has `core`, `contract` or a ▲.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.authoring.promises.text import MARKS, Block

_CONTRACT = re.compile(r"core|contract|▲|★")
_OTHER_COLUMNS = ("", "band")
_MARK = re.compile(
    r"(?:^|(?<=[.;:,] ))([▲★])\s*"
)  # a mark within a sentence, "the ★ functions", only names a band
_WORDS = re.compile(r"\w")


@dataclass(frozen=True)
class Promise:
    """A cell, a list item, or the part of one that follows a ▲ or ★.

    place: number of its block in the handout
    start, end: where it stands in the block's text
    """

    names: str  # the first cell of its row, "" elsewhere
    band: str
    text: str
    place: int
    start: int
    end: int

    def holds(self, spans: list[tuple[int, int]]) -> bool:
        """Return whether a quotation, which stands at these places of the block, takes words from it."""
        return any(start < self.end and end > self.start for start, end in spans)


def promises_of(handout: list[Block]) -> list[Promise]:
    """Return the promises of a handout, in order."""
    sections = {b.section for b in handout if b.kind == "row" and _is_contract(b)}
    found: list[Promise] = []
    announced = "core"  # by a paragraph such as "Beyond the lesson, ▲:"
    for place, block in enumerate(handout):
        if block.section not in sections or block.kind == "example":
            continue
        if block.kind == "row":
            found += _of_row(block, place) if _is_contract(block) else ()
        elif block.kind == "item":
            found += _parts(block.text, announced, "", place, 0)
        else:
            marked = list(_MARK.finditer(block.text))
            announced = "core"
            if marked and block.text.rstrip().endswith(":"):
                announced = MARKS[marked[-1][1]]
            elif marked:
                at = marked[0].start()
                found += _parts(block.text[at:], "core", "", place, at)
    return found


def _is_contract(row: Block) -> bool:
    return any(_CONTRACT.search(cell) for cell in row.header)


def _of_row(row: Block, place: int) -> Iterator[Promise]:
    name = row.cells[0]
    banded = dict(zip(row.header, row.cells, strict=False)).get("band", "")
    whole = next((MARKS[said[:1]] for said in (banded, row.header[0], name) if said[:1] in MARKS), "core")
    start = 0
    for number, cell in enumerate(row.cells):
        header = row.header[number] if number < len(row.header) else ""
        if number and (number == 1 or header not in _OTHER_COLUMNS) and header != "band":
            band = next((MARKS[mark] for mark in MARKS if mark in header), whole)
            yield from _parts(cell, band, name, place, start)
        start += len(cell) + len(" | ")


def _parts(text: str, band: str, names: str, place: int, offset: int) -> Iterator[Promise]:
    """Yield what stands before the first mark, and after each."""
    marks = list(_MARK.finditer(text))
    starts = [(0, band), *((mark.end(), MARKS[mark[1]]) for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    for (start, kind), end in zip(starts, ends, strict=True):
        if _WORDS.search(text[start:end]):
            yield Promise(names, kind, text[start:end].strip(), place, offset + start, offset + end)
