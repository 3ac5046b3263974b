"""The text of a module: which functions are written in it, what it imports, and what in it a person should look at."""

from __future__ import annotations

import ast
import warnings

from fuzz import expect
from fuzz.damage import damaged
from fuzz.targets import cells
from hypothesis import strategies as st

from grader.encodable import encodable, readable, shown, shown_lines
from grader.intake.submission.flags import flags_in
from grader.intake.submission.guarding import CANT_PARSE
from grader.intake.submission.helpers import _imported_words
from grader.intake.submission.magics import acts_outside, plain_python
from grader.intake.submission.progress import written_in
from grader.outputs.nbgrader.submit import _parts

_LINES = (
    *("import ctypes, sys\n", "from a.b import (c as d,\n e)\n", "torch.nn.x = 3\n", "sys.settrace(f)\n"),
    *(
        "def f(x):\n    raise NotImplementedError\n",
        "class A:\n    def g(self): raise NotImplementedError('x')\n",
    ),
    *(
        "!ls -l\n",
        "%%writefile x.py\n",
        "x = %magic\n",
        "f.a[0]?\n",
        "'''\n",
        '"""\n',
        "a = (\n",
        ")\n",
        "\\\n",
    ),
    *(
        "def f(x): return x\r",
        "@d\r\ndef h():\r\n    pass\r\n",
        "class A: x = 1; y = 2\n",
        "\x0cdef h(): pass\n",
    ),
    *("::error::x\n", "##[command]\n", "\x1b[2J", "\u202e", "\ud800"),
)
SOURCES = st.lists(st.sampled_from((*_LINES, *cells.CELLS)), max_size=8).map(
    lambda lines: "".join(lines).encode("utf-8", "surrogatepass")
)
INPUTS = damaged(SOURCES, [line.encode("utf-8", "surrogatepass") for line in _LINES])


def run(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    flags_in([text])
    _imported_words(text)
    found = written_in(text, "def f(x):\n    raise NotImplementedError\n")
    expect(found is None or not found[0] & found[1], found)
    expect(all(len(line) <= 80 for line in acts_outside(text)), "a long line")
    try:
        plain = plain_python(text)
    except CANT_PARSE:
        plain = ""
    expect(not plain or plain.count("\n") == text.count("\n"), "lines have moved:", repr(plain))
    _can_be_shown(text)
    definitions, _ = _parts(data.decode("utf-8", "replace"), ["f", "A", "h"])  # for a notebook of nbgrader
    for name, definition in definitions.items():
        expect(_defines(definition, name), f"{name} is not in", repr(definition))


def _defines(text: str, name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return any(getattr(node, "name", "") == name for node in ast.parse(text).body)


def _can_be_shown(text: str) -> None:
    line, lines = shown(text), readable(text)
    expect(line.isprintable() or all(c.isprintable() or c in "\u200c\u200d" for c in line), repr(line))
    expect(readable(lines) == lines, repr(lines))
    lines.encode("utf-8"), shown_lines(text).encode("utf-8"), encodable(text).encode("utf-8")
    expect(not any(part.lstrip().startswith("::") for part in shown_lines(text).split("\n")), repr(text))
