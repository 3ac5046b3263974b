"""The cells of a notebook: the module that is extracted from them compiles, whatever they hold.

A cell that is wrong costs no other cell anything: a definition in it raises when it is called.
"""

from __future__ import annotations

import ast
import io
import warnings
from collections.abc import Sequence

from fuzz import expect
from fuzz.damage import damaged
from hypothesis import strategies as st

from grader.intake.submission.extraction import cell_and_line, module_of
from grader.intake.submission.guarding import CANT_PARSE
from grader.intake.submission.notebook_reader import Cell, NotebookError

_END = b"\n# %%\n"
CELLS = (
    "def f(x):\n    return x\n",
    "import torch\nfrom math import *",
    "from __future__ import annotations, division",
    "%matplotlib inline\n!pip install x\nx = !ls\nf??",
    "%%time\nx = [f(i) for i in range(3)]",
    "for i in range(3):\n    global g\n    g = i\n",
    "g: int = 3",
    "if True:\n    y = '''a\nb'''\n    y += f'{y!r:>{len(y)}}'",
    "try:\n    import numpy as np\nexcept ImportError:\n    np = None",
    "class A(B, metaclass=C):\n    @property\n    def f(self): yield (z := 3)\n",
    "await g()\nasync with a as b: pass",
    "x = 1; y = 2; del x",
    "match x:\n    case [1, *y]: pass\n    case {'a': b}: pass",
    "@d\ndef h(*a: 'str', b=[], **k) -> None:\n    nonlocal_ = 1\n    return lambda: nonlocal_",
    "with open('a') as f, open('b') as g:\n\tpass",
    "x = {[]: 1}\nx[0] = 2\nsetattr(x, 'a', 1)",
    "x = \\\n  1 \\\n",
    "    indented = 1",
    "def g(:",
    "return 3",
    'a = \'it\'\'s\' """\n""" ',
    "\x0cx = 1\n\x00",
    "x = 5 if y else 6  # ünïcode ª",
    "raise SystemExit",
    "type(x)\nprint(x)\nx.append(1)",
    "while True:\n    break\nelse:\n    z = 3",
    "_cell_failed = 3\n_cell_errors = {}",
    "try:\n    x = 1\nexcept* ValueError:\n    pass",
)
_TOKENS = [
    *(b"global x\n", b"x = 1\n", b"await ", b"yield ", b"lambda: ", b"from __future__ import annotations\n"),
    *(
        b"    ",
        b"\t",
        b"\\\n",
        b"'''",
        b'"""',
        b"f'{",
        b"}'",
        b"%%time\n",
        b"!ls\n",
        b"?",
        b"\x0c",
        b"\r",
        b";",
    ),
    *(
        b"def f(x):\n",
        b"class A:\n",
        b"if x:\n",
        b"for x in x:\n",
        b"try:\n",
        b"else:\n",
        b"finally:\n",
        b":=",
    ),
    *(
        b"nonlocal x\n",
        b"del x\n",
        b"import x\n",
        b"return\n",
        b"async ",
        b"match x:\n",
        b"@x\n",
        b"__debug__",
    ),
    *("ª".encode(), b"*", b"# cell 1, line 1\n", b"_cell_await", b"(" * 30, b"-" * 200),
]
_DEEP = st.builds(
    lambda head, depth: "".join(f"{' ' * i}{head}:\n" for i in range(depth)) + f"{' ' * depth}x = 1\n",
    st.sampled_from(["if x", "for x in y", "with x", "def f()", "class A", "while x"]),
    st.integers(15, 40),
)
_SOURCES = st.lists(st.sampled_from(CELLS) | _DEEP, max_size=5).map(
    lambda cells: _END.join(c.encode() for c in cells)
)
INPUTS = damaged(_SOURCES, (*_TOKENS, _END))


def run(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape").replace("\r", "\n")
    cells = [Cell(number, source) for number, source in enumerate(text.split(_END.decode()), 1)]
    try:
        module = module_of(cells, ["f"])
    except NotebookError:
        return
    compiles(module, cells)


def compiles(text: str, cells: Sequence[Cell]) -> None:
    """Raise Wrong unless the module compiles, and its lines lead back to lines of the cells."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "module.py", "exec", dont_inherit=True)
    except CANT_PARSE as error:
        expect(False, "the module does not compile:", f"{type(error).__name__}: {error}", text)
    lines = io.StringIO(text).readlines()
    numbers = {cell.number for cell in cells}
    for node in ast.parse(text).body:
        place = cell_and_line(lines, node.lineno)
        expect(place is None or (place[0] in numbers and place[1] > 0), "a place that is nowhere:", place)
