"""A name of a submission that is bound to the library's work: the call under it is the student's, at every door."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from support import ROOT, Record, command, needs_walls, outcomes, records_in, student_pytest, write_files
from support.kernel import in_a_kernel
from support.sliced_course import write_slice

HEAD = "\nimport functools, operator, torch\nfrom functools import partial\nimport torch.nn.functional as F\n"
OWN_PARTS = """
def log_softmax(x, dim=-1):
    x = x - x.detach().amax(dim, keepdim=True)
    return x - x.exp().sum(dim, keepdim=True).log()

def nll(log_probs, target):
    return -log_probs[torch.arange(len(target)), target].mean()
"""
CROSS_ENTROPY = {
    "alias": "cross_entropy = F.cross_entropy",
    "imported": "from torch.nn.functional import cross_entropy",
    "partial": "cross_entropy = partial(partial(F.cross_entropy), reduction='mean')",
    "layer": "cross_entropy = torch.nn.CrossEntropyLoss()",
    "forward": "cross_entropy = torch.nn.CrossEntropyLoss().forward",
    "derived_layer": "class C(torch.nn.CrossEntropyLoss): pass\ncross_entropy = C()",
    "scripted_layer": "cross_entropy = torch.jit.script(torch.nn.CrossEntropyLoss())",
    "scripted_helper": (
        "@torch.jit.script\ndef helper(a, b):\n    return F.cross_entropy(a, b)\n"
        "def cross_entropy(a, b):\n    return helper(a, b)"
    ),
    "compiled": "cross_entropy = torch.compile(F.cross_entropy, backend='eager')",
    "decorated": "cross_entropy = torch.enable_grad()(F.cross_entropy)",
    "cached": "cross_entropy = functools.lru_cache(F.cross_entropy)",
    "static": "cross_entropy = staticmethod(F.cross_entropy)",
    "operator": "cross_entropy = torch.ops.aten.cross_entropy_loss",
    "callable_object": "class C:\n    __call__ = staticmethod(F.cross_entropy)\ncross_entropy = C()",
    "metaclass": (
        "class M(type):\n    __call__ = staticmethod(F.cross_entropy)\nclass cross_entropy(metaclass=M):\n    pass"
    ),
    "globals": "globals().update(cross_entropy=F.cross_entropy)",
    "module_getattr": "del cross_entropy\ndef __getattr__(name):\n    return getattr(F, name)",
}
# Written by the student, in a way that is not a plain function: right, and to be left alone.
OWN = {
    "partial": "def mine(k, a, b):\n    return nll(log_softmax(a), b)\ncross_entropy = partial(mine, 1)",
    "callable_object": (
        "class Mine:\n    def __call__(self, a, b):\n        return nll(log_softmax(a), b)\ncross_entropy = Mine()"
    ),
    "layer": (
        "class Mine(torch.nn.Module):\n    def forward(self, a, b):\n        return nll(log_softmax(a), b)\n"
        "cross_entropy = Mine()"
    ),
    "scripted": "scripted = torch.jit.script(nll)\ndef cross_entropy(a, b):\n    return scripted(log_softmax(a), b)",
    "compiled": (
        "@torch.compile(backend='eager')\ndef cross_entropy(a, b):\n    return nll(log_softmax(a), b)"
    ),
}
ELSEWHERE = {
    "02_init": {
        "alias": ("kaiming_normal_", "kaiming_normal_ = torch.nn.init.kaiming_normal_"),
        "decorated": ("kaiming_normal_", "kaiming_normal_ = torch.no_grad()(torch.nn.init.kaiming_normal_)"),
        "partial": ("gain", "gain = partial(torch.nn.init.calculate_gain, 'leaky_relu')"),
    },
    "03_minibatch": {
        "alias": ("Optimizer", "Optimizer = torch.optim.SGD"),
        "partial": ("Optimizer", "Optimizer = partial(torch.optim.SGD, lr=0.5)"),
        "derived": ("Optimizer", "class Optimizer(torch.optim.SGD):\n    pass"),
        "methods": (
            "Optimizer",
            "class Optimizer:\n    step = torch.optim.SGD.step\n    zero_grad = torch.optim.SGD.zero_grad\n"
            "    def __init__(self, params, lr=0.5):\n        self.state = {}\n"
            "        self.param_groups = [{'params': list(params), 'lr': lr}]",
        ),
        "sequential": ("SequentialModel", "SequentialModel = lambda layers: torch.nn.Sequential(*layers)"),
    },
    "04_dataloader": {
        "alias": ("Dataset", "Dataset = torch.utils.data.TensorDataset"),
        "derived": ("Dataset", "class Dataset(torch.utils.data.TensorDataset):\n    pass"),
        "imported": ("collate", "from torch.utils.data import default_collate as collate"),
    },
    "08_optimizer": {
        "imported": ("SGD", "from torch.optim import SGD"),
        "partial": ("SGD", "SGD = partial(torch.optim.SGD, momentum=0.0)"),
    },
    "11_questionnaire": {
        "alias": ("l07_nll_lookup", "l07_nll_lookup = F.nll_loss"),
        "layer": ("l07_nll_lookup", "l07_nll_lookup = torch.nn.NLLLoss()"),
    },
}


def graded(unit: str, works: Path, tmp_path: Path, *kept: str) -> dict[str, Record]:
    """Grade in these tests, or those of these functions."""
    course = write_slice(tmp_path / "course", kept, unit)
    done = command("grade", works, "--unit", unit, "--out", tmp_path / "out", "--tier", "T1", cwd=course)
    assert done.returncode == 0, done.stderr[-3000:]
    return records_in(tmp_path / "out")


def works_of(unit: str, overrides: Mapping[str, str], folder: Path) -> Path:
    """Stubs with these overrides: what a trick earns by itself, and quickly graded."""
    stub = next((ROOT / "assignments" / unit).glob("*.py"))
    return write_files(
        folder, {f"{n}/{stub.name}": stub.read_text() + HEAD + t for n, t in overrides.items()}
    )


def losses(overrides: Mapping[str, str], folder: Path) -> Path:
    return works_of("01_softmax", {name: OWN_PARTS + text for name, text in overrides.items()}, folder)


@needs_walls
def test_library_work_under_a_name_is_forbidden(tmp_path: Path) -> None:
    kept = ("test_nll_is_a_mean_of_looked_up_entries", "test_cross_entropy_is_nll_of_log_softmax")
    records = graded("01_softmax", losses(CROSS_ENTROPY, tmp_path / "works"), tmp_path, *kept)
    assert {n: outcomes(r, "cross_entropy") for n, r in records.items()} == {
        n: {"forbidden"} for n in CROSS_ENTROPY
    }
    assert {n: outcomes(r, "nll") for n, r in records.items()} == {n: {"pass"} for n in CROSS_ENTROPY}
    told = {t["message"] for t in records["alias"]["tests"] if t["of"] == "cross_entropy"}
    assert told == {"cross_entropy is torch.nn.functional.cross_entropy, which this unit asks you to write"}


@needs_walls
def test_own_work_of_any_kind_passes(tmp_path: Path) -> None:
    records = graded("01_softmax", losses(OWN, tmp_path / "works"), tmp_path, "cross_entropy")
    assert {n: outcomes(r, "cross_entropy") for n, r in records.items()} == {n: {"pass"} for n in OWN}


@needs_walls
@pytest.mark.parametrize("unit", ELSEWHERE)
def test_so_it_is_in_every_unit(tmp_path: Path, unit: str) -> None:
    tricks = ELSEWHERE[unit]
    works = works_of(unit, {name: text for name, (_, text) in tricks.items()}, tmp_path / "works")
    records = graded(unit, works, tmp_path, *{function for function, _ in tricks.values()})
    assert {n: outcomes(records[n], function) for n, (function, _) in tricks.items()} == {
        n: {"forbidden"} for n in tricks
    }


@needs_walls
def test_a_library_base_without_its_work_is_free(tmp_path: Path) -> None:
    """To derive from the abstract Dataset is a habit. What it would inherit is never called."""
    text = """
class Dataset(torch.utils.data.Dataset):
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError("x and y have to be of the same length")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]
"""
    works = works_of("04_dataloader", {"habit": text}, tmp_path / "works")
    assert outcomes(graded("04_dataloader", works, tmp_path, "Dataset")["habit"], "Dataset") == {"pass"}


def test_students_learn_of_it_at_home(write_class: Callable[[Mapping[str, str]], Path]) -> None:
    home = write_class({"borrower": HEAD + CROSS_ENTROPY["layer"]}) / "borrower"
    done: subprocess.CompletedProcess[str] = student_pytest(
        "--submission", home, "tests/01_softmax", "-k", "cross_entropy"
    )
    assert "cross_entropy is torch.nn.modules.loss.CrossEntropyLoss" in done.stdout


def test_a_notebook_learns_of_it_too() -> None:
    told = in_a_kernel(
        f"""
exec(compile({HEAD + CROSS_ENTROPY["alias"]!r}, "cells.py", "exec"))
nll = torch.jit.script(torch.nn.NLLLoss())
cell("alias", 'check("cross_entropy")')
cell("scripted", 'check("nll")')
"""
    )
    assert "cross_entropy is torch.nn.functional.cross_entropy" in told["alias"]["out"]
    assert "nll is made by torch.jit.script" in told["scripted"]["out"]


def test_a_class_in_a_notebook_is_looked_into() -> None:
    told = in_a_kernel(
        """
exec(compile("import torch\\nclass Optimizer(torch.optim.SGD): pass", "cells.py", "exec"))
cell("derived", 'check("Optimizer")')
""",
        cwd=ROOT / "assignments" / "03_minibatch",
    )
    assert "Optimizer inherits torch.optim.sgd.SGD" in told["derived"]["out"]
