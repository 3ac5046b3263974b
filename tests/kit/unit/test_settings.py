"""What a module sets for the whole process stays with its own calls: tests and other submissions see nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from grader import endings
from grader.box import settings
from grader.box.direct import DirectBox

SETTINGS = {
    "grad": ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()", False),
    "entered": ("torch.no_grad().__enter__()", "torch.is_grad_enabled()", False),
    "dtype": ("torch.set_default_dtype(torch.float64)", "str(torch.ones(1).dtype)", "torch.float64"),
    "device": ("torch.set_default_device('meta')", "str(torch.ones(1).device)", "meta"),
    "flush": (
        "torch.set_flush_denormal(True)",
        "(torch.tensor(1e-310, dtype=torch.float64) * 1).item() == 0",
        True,
    ),
    "threads": ("torch.set_num_threads(2)", "torch.get_num_threads()", 2),
    "deterministic": (
        "torch.use_deterministic_algorithms(True)",
        "torch.are_deterministic_algorithms_enabled()",
        True,
    ),
    "anomaly": ("torch.autograd.set_detect_anomaly(True)", "torch.is_anomaly_enabled()", True),
    "matmul": (
        "torch.set_float32_matmul_precision('medium')",
        "torch.get_float32_matmul_precision()",
        "medium",
    ),
    "numpy": ("np.seterr(all='raise')", "np.geterr()['over']", "raise"),
    "recursion": ("sys.setrecursionlimit(5000)", "sys.getrecursionlimit()", 5000),
    "folder": ("os.chdir('/')", "os.getcwd()", "/"),
}
HEAD = "import os\nimport sys\nimport numpy as np\nimport torch\n\n"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def box(folder: Path, source: str) -> DirectBox:
    (folder / "module.py").write_text(HEAD + source)
    return DirectBox(folder / "module.py", None, (), cpu_seconds=20)


def ask(of: DirectBox, name: str) -> object:
    return of.request("call", name, [], {}, 1)


@pytest.mark.parametrize(("sets", "asks", "value"), SETTINGS.values(), ids=SETTINGS)
def test_what_a_module_sets_stays_with_it(tmp_path: Path, sets: str, asks: str, value: object) -> None:
    before = settings.now()
    (tmp_path / "other").mkdir()
    other = box(tmp_path / "other", f"def f():\n    return {asks}\n")
    at_import = box(tmp_path, f"{sets}\n\ndef f():\n    return {asks}\n")
    assert ask(at_import, "f") == value
    assert settings.now() == before
    assert ask(other, "f") != value
    assert ask(at_import, "f") == value  # as behind walls, where nobody puts it back


@pytest.mark.parametrize(("sets", "asks", "value"), SETTINGS.values(), ids=SETTINGS)
def test_what_a_function_sets_before_it_raises_stays_too(
    tmp_path: Path, sets: str, asks: str, value: object
) -> None:
    before = settings.now()
    raising = box(tmp_path, f"def g():\n    {sets}\n    raise ValueError\n\ndef f():\n    return {asks}\n")
    with pytest.raises(endings.StudentError):
        ask(raising, "g")
    assert settings.now() == before
    assert ask(raising, "f") == value


def test_a_module_that_is_imported_anew_finds_a_fresh_process(tmp_path: Path) -> None:
    counts = box(
        tmp_path,
        "seen = torch.is_grad_enabled()\ntorch.set_grad_enabled(False)\n\ndef f():\n    return seen\n",
    )
    assert ask(counts, "f") is True
    counts.restart()
    assert ask(counts, "f") is True


def test_neutral_settings_are_those_of_a_fresh_process() -> None:
    assert settings.neutral()._replace(numpy_errors=tuple(np.geterr().items())) == settings.now()
