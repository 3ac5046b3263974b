"""Show what a test printed, in the report on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.encodable import encodable
from grader.suite.plugin import _compat

_MOST_SHOWN = 4000  # characters of each stream, in the report on one test


def shown_sections(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """Yield (heading, text) for each stream that pytest captured during the test, with pytest's own headings.

    A test calls the submission with many examples, and their prints add up. The end is kept, because the example
    that the verdict is about comes last.
    """
    for when, stream, text in _compat.captured_streams(item):
        left_out = len(text) - _MOST_SHOWN
        if left_out > 0:
            text = f"({left_out} characters before this are left out; pytest -s shows all)\n{text[left_out:]}"
        yield f"Captured {stream} {when}", encodable(text)
