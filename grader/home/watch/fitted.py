"""Lines fitted to a terminal: long ones are wrapped, and what is too much is counted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

Block = list[Text]
_INDENT = 4


def fit(
    head: Sequence[Text], blocks: Sequence[Block], end: Sequence[Text], width: int, height: int
) -> list[Text]:
    """Return at most `height` lines: head, as many whole blocks as there is room for, and the end at the bottom.

    A first block that is too long is cut. The line `… and 3 more` counts the blocks that are left out.
    """
    above, below = _wrapped(head, width), _wrapped(end, width)
    below = below[-height:]
    above = above[: height - len(below)]
    room = height - len(above) - len(below)
    middle: list[Text] = []
    for number, block in enumerate(blocks):
        wrapped = _wrapped(block, width)
        left = len(blocks) - number
        reserved = 1 if left > 1 else 0  # for the line that counts
        if len(middle) + len(_stripped(wrapped)) + reserved > room:
            if not middle and room > reserved + 1:
                middle = [*wrapped[: room - reserved - 1], Text("    …", style="dim")]
                left -= 1
            if left and len(middle) < room:
                middle.append(Text(f"… and {left} more", style="dim"))
            break
        middle += wrapped
    middle = _stripped(middle)[:room]
    blank = [Text()] * (room - len(middle))
    return [*above, *middle, *blank, *below]


def cut(text: str, end: str, width: int) -> Text:
    """Return one line of the text and its end, of which the text is cut where there is no room for both."""
    line = Text(text)
    line.truncate(max(1, width - len(end)), overflow="ellipsis")
    return line.append(end)


def _wrapped(texts: Sequence[Text], width: int) -> list[Text]:
    """Return the lines of the texts, none wider than the terminal. What goes on below is indented as its beginning."""
    console = Console(width=width)
    lines: list[Text] = []
    for text in texts:
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        if text.cell_len <= width or width <= indent + _INDENT:
            lines.append(text)
            continue
        inner = Text(text.plain[indent:], style=text.style).wrap(console, width - indent)
        lines += [Text(" " * indent, style=text.style) + line for line in inner]
    return lines


def _stripped(lines: list[Text]) -> list[Text]:
    """Return the lines without blank ones at the end."""
    kept = list(lines)
    while kept and not kept[-1].plain.strip():
        kept.pop()
    return kept
