"""The gallery of attacks: short files in tests/kit/attacks, whose docstrings say what each tries and what must hold.

The docstring's first line is a sentence. Fields follow, a line each:

    without walls:  how its effect shows where nothing is between it and the grader, see support/naive.py
    behind walls:   the outcomes that tests of its function may have behind walls, or "graded", "not graded" of work
                    that aims at whoever reads it
    unit:           01_doubling, unless it says otherwise
    function:       the function that it sits in: double or logsumexp, unless it says otherwise
    spoils: all     it costs the honest functions of the same work their points, too
    harmless: yes   there is right work in it, which keeps its points
    earns:          the points that it gets by right answers
    told:           a text that no output for students may hold
    for:            an ordinary user: root sees no effect
    known:          why it gets through, and always will; docs/security.md says so
    open:           what gets through today

A file with `build(folder)` is no submission but makes one in a student's folder. FILES are handed in beside a module.
"""

from __future__ import annotations

import ast
import functools
import inspect
import runpy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from support import KIT, course_of
from support.small_course import FILES, RIGHT, SHALLOW, WRONG

ATTACKS = KIT / "attacks"
SMALL, TORCH = "01_doubling", "02_logsumexp"
_LIMITS = "[limits]\ntest_cpu_seconds = 1\nsubmission_cpu_seconds = 8\nmemory_mb = 1024\n[functions.double]"
_HONEST = {
    SMALL: "\n\ndef treble(x):\n    return 3 * x\n",
    TORCH: "\n\ndef span(x):\n    return x.amax(-1) - x.amin(-1)\n",
}
_MODULES = {SMALL: "doubling", TORCH: "logsumexp"}
_FUNCTIONS = {SMALL: ("double", "treble"), TORCH: ("logsumexp", "span")}
_FIELDS = {
    *("without walls", "behind walls", "unit", "function", "spoils", "harmless", "earns"),
    *("told", "for", "known", "open"),
}
_LOGSUMEXP = {
    f"tests/{TORCH}/unit.toml": """
title = "Logsumexp"
module = "logsumexp"
forbidden = ["torch.*softmax*", "torch.*Softmax*", "torch.*logsumexp*", "torch.*logcumsumexp*", "torch.*logaddexp*",
    "torch.*cross_entropy*", "torch.*CrossEntropyLoss*", "torch.*.nll_loss*", "torch.*.NLLLoss*",
    "torch.distributions.*", "scipy.special.*", "numpy.logaddexp*"]
[limits]
test_cpu_seconds = 2
submission_cpu_seconds = 8
memory_mb = 1024
[functions.logsumexp]
returns = "tensor"
[functions.span]
returns = "tensor"
""",
    f"tests/{TORCH}/test_logsumexp.py": '''
import torch
from grader.suite import assert_close, points

@points(2, function="logsumexp", hint="log of a sum")
def test_logsumexp(student):
    """logsumexp(x)"""
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.5, 0.0, -0.5, 1.0]])
    assert_close(student.logsumexp(x), x.logsumexp(-1))

@points(2, function="span", hint="largest less smallest")
def test_span(student):
    """span(x)"""
    assert_close(student.span(torch.tensor([[1.0, 2.0], [5.0, 2.0]])), torch.tensor([1.0, 3.0]))
''',
    f"reference/{TORCH}/logsumexp.py": '''"""Logsumexp."""


def logsumexp(x):
    """The logarithm of the sum of exp(x) over the last dim."""
    # BEGIN SOLUTION
    top = x.amax(-1, keepdim=True)
    return ((x - top).exp().sum(-1, keepdim=True).log() + top).squeeze(-1)
    # END SOLUTION


def span(x):
    """The largest entry less the smallest over the last dim."""
    # BEGIN SOLUTION
    return x.amax(-1) - x.amin(-1)
    # END SOLUTION
''',
}
_OWN = """def logsumexp(x):
    top = x.amax(-1, keepdim=True)
    return ((x - top).exp().sum(-1, keepdim=True).log() + top).squeeze(-1)
"""
# Names and works of honest students: right, wrong, deep enough for public tests alone, not written, not to be read.
HONEST = {
    "zoe": (SMALL, RIGHT),
    "ann": (SMALL, WRONG),
    "ben": (SMALL, SHALLOW),
    "cyd": (SMALL, "def double(x):\n    raise NotImplementedError\n"),
    "dan": (SMALL, "def double(x)\n    return 2 * x\n"),
    "eva": (SMALL, "def double(x):\n    return x / 0\n"),
    "fay": (SMALL, "def double(x):\n    while x == 3:\n        pass\n    return 2 * x\n" + _HONEST[SMALL]),
    "gus": (
        SMALL,
        "import torch\n\n\ndef double(x):\n    return int(2 * torch.tensor(x))\n" + _HONEST[SMALL],
    ),
    "hal": (TORCH, _OWN + _HONEST[TORCH]),
    "ida": (TORCH, "def logsumexp(x):\n    return x.exp().sum(-1).log()\n"),
}


@dataclass(frozen=True)
class Attack:
    """One program. `fields` are those of its docstring, `name` is KIND-STEM."""

    file: Path
    sentence: str
    fields: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.file.stem}"

    @property
    def kind(self) -> str:
        return self.file.parent.name

    @property
    def unit(self) -> str:
        return self.fields.get("unit", SMALL)

    @property
    def function(self) -> str:
        return self.fields.get("function", _FUNCTIONS[self.unit][0])

    @property
    def honest_function(self) -> str:
        return next(name for name in _FUNCTIONS[self.unit] if name != self.function)

    @property
    def module(self) -> str:
        return _MODULES[self.unit]

    @property
    def outcomes(self) -> set[str]:
        return {word.strip() for word in self.fields["behind walls"].split(",")}

    @property
    def is_built(self) -> bool:
        """True if its file makes a submission, and is none itself."""
        return "def build(" in self.file.read_text(encoding="utf-8")

    def hand_in(self, folder: Path) -> None:
        """Put the submission into a student's folder, which is made."""
        folder.mkdir(parents=True)
        if self.is_built:
            runpy.run_path(str(self.file))["build"](folder)
            return
        text = self.file.read_text(encoding="utf-8")
        honest = "" if f"def {self.honest_function}(" in text else _HONEST[self.unit]
        (folder / f"{self.module}.py").write_text(text + honest, encoding="utf-8")
        for name, content in _files_of(text).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")


@functools.cache
def gallery() -> tuple[Attack, ...]:
    """All attacks, by kind and name. Raise ValueError for a docstring of another form."""
    return tuple(_read(file) for file in sorted(ATTACKS.glob("*/*.py")))


def _read(file: Path) -> Attack:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")), clean=False) or ""
    sentence, _, rest = inspect.cleandoc(text).partition("\n\n")
    pairs = (line.partition(": ")[::2] for line in rest.strip().split("\n"))
    fields = {key.strip(): value.strip() for key, value in pairs}
    unknown = fields.keys() - _FIELDS
    if unknown or not {"without walls", "behind walls"} <= fields.keys() or "\n" in sentence:
        raise ValueError(f"{file}: a docstring of another form: {sentence!r}, {sorted(fields)}")
    return Attack(file, sentence, fields)


def _files_of(text: str) -> dict[str, str]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FILES":
            return dict(ast.literal_eval(node.value))
    return {}


def write_gallery(root: Path, attacks: Iterable[Attack], honest: Iterable[str] = HONEST) -> Path:
    """Write the course into `root`, with a folder class/ of attackers and honest students."""
    small = dict(FILES)
    about = f"tests/{SMALL}/unit.toml"
    small[about] = small[about].replace("[functions.double]", _LIMITS, 1)
    works = {f"class/{name}/{_MODULES[HONEST[name][0]]}.py": HONEST[name][1] for name in honest}
    course_of(root, small | _LOGSUMEXP | works)
    (root / "secret").chmod(0o600)
    for attack in attacks:
        attack.hand_in(root / "class" / attack.name)
    return root
