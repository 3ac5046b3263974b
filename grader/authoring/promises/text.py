"""Handouts and stubs as blocks of plain words: paragraphs, list items and rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

GAP = " … "  # what a quotation leaves out
MARKS = {"▲": "robust", "★": "stretch"}
_FORMATTING = re.compile(r"[`*$]|\\(?=[|_])")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
_RULER = re.compile(r"[\s|:-]+")
_CELL = re.compile(r"(?<!\\)\|")


def plain(text: str) -> str:
    """Return the text without the signs of Markdown's formatting, and with single spaces."""
    return " ".join(_FORMATTING.sub("", text).split())


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, a row of a table, or a fenced example; never a heading.

    section: the heading that it stands under
    cells:   of a row, the cells as plain text; else the whole text alone
    header:  of a row, the cells of the table's first row; else empty
    """

    section: str
    kind: str  # "paragraph", "item", "row" or "example"
    cells: tuple[str, ...]
    header: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        return " | ".join(self.cells)

    def spans(self, quotation: str) -> list[tuple[int, int]]:
        """Return where the quotation's pieces stand in the text, in order; empty if one does not."""
        whole = self.text.find(quotation)
        if whole >= 0:
            return [(whole, whole + len(quotation))]
        found, start = [], 0
        for piece in quotation.split(GAP):
            at = self.text.find(piece, start)
            if at < 0:
                return []
            start = at + len(piece)
            found.append((at, start))
        return found


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a handout."""
    section: str = ""
    header: tuple[str, ...] = ()
    for lines in _groups(markdown):
        first = lines[0]
        if first.startswith("#"):
            section = plain(first.lstrip("#"))
        elif first.startswith("```"):
            yield Block(section, "example", (plain(" ".join(lines[1:-1])),))
        elif first.lstrip().startswith("|"):
            header = cells_of(first)
            yield from (
                Block(section, "row", cells_of(line), header)
                for line in lines[1:]
                if not _RULER.fullmatch(line)
            )
        elif found := _ITEM.match(first):
            yield Block(section, "item", (plain(" ".join([first[found.end() :], *lines[1:]])),))
        else:
            yield Block(section, "paragraph", (plain(" ".join(lines)),))


def cells_of(row: str) -> tuple[str, ...]:
    return tuple(plain(cell) for cell in _CELL.split(row.strip().removeprefix("|").removesuffix("|")))


def _groups(markdown: str) -> Iterator[list[str]]:
    """Yield the lines of each heading, fence, table, list item and paragraph."""
    group: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        starts = not fenced and (
            line.startswith(("#", "```"))
            or bool(_ITEM.match(line))
            or (line.startswith("|") and not (group and group[0].startswith("|")))
        )
        blank = not fenced and not line.strip()
        after_heading = bool(group) and group[0].startswith("#")
        if (starts or blank or after_heading) and group:
            yield group
            group = []
        if line.startswith("```"):
            fenced = not fenced
            if not fenced:
                yield [*group, line]
                group = []
                continue
        if not blank:
            group.append(line)
    if group:
        yield group
