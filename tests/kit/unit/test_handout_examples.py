"""What a handout shows at the prompt is what the answer key prints, by `python -m doctest README.md`.

A blank line ends an example's output, before the block's own end as well.
"""

from __future__ import annotations

import doctest
import sys
from pathlib import Path

import pytest
from support import ROOT

from grader.course import Course, Unit

UNITS = Course(ROOT).units


def failures(text: str, name: str, keys: list[Path], monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the examples, with the answer keys of these folders importable, and return what is not as shown."""
    for folder in keys:
        monkeypatch.syspath_prepend(folder)
        for module in folder.glob("*.py"):
            monkeypatch.delitem(sys.modules, module.stem, raising=False)
    test = doctest.DocTestParser().get_doctest(text, {"__name__": name}, name, None, None)
    said: list[str] = []
    doctest.DocTestRunner().run(test, out=said.append)
    for folder in keys:
        for module in folder.glob("*.py"):
            sys.modules.pop(module.stem, None)
    return "".join(said)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_examples_of_the_handout(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    text = unit.handout.read_text(encoding="utf-8")
    if ">>>" not in text:
        pytest.skip(f"the handout of {unit.name} has no examples")
    keys = [unit.reference.parent, *unit.reference_dependencies]
    assert failures(text, unit.name, keys, monkeypatch) == ""


def test_an_example_that_prints_something_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "doubling.py").write_text("def double(x):\n    return x + x\n")
    text = "```python\n>>> from doubling import double\n>>> double(3)\n{}\n\n```\n"
    assert failures(text.format("6"), "", [tmp_path], monkeypatch) == ""
    said = failures(text.format("9"), "", [tmp_path], monkeypatch)
    assert "Expected:\n    9\nGot:\n    6" in said
