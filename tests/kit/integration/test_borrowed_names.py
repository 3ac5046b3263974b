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


POOL = "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\npool.submit(int).result()\n"
# Beneath a function of the student's own: in another thread, called back, under a false name.
BENEATH = {
    "pool_at_import": POOL + "def nll(a, b):\n    return pool.submit(F.nll_loss, a, b).result()",
    "layer_in_a_pool": POOL
    + "m = torch.nn.NLLLoss()\ndef nll(a, b):\n    return pool.submit(m, a, b).result()",
    "without_modes": (
        "def nll(a, b):\n    with torch._C.DisableTorchFunction():\n        return torch._C._nn.nll_loss(a, b)"
    ),
    "closure_of_a_step": (
        "o = torch.optim.SGD([torch.zeros(1, requires_grad=True)])\n"
        "def nll(a, b):\n    return o.step(partial(torch._C._nn.nll_loss, a, b))"
    ),
    "false_file": (
        "exec(compile('def g(a, b): return F.nll_loss(a, b)', torch.nn.modules.linear.__file__, 'exec'))\n"
        "def nll(a, b):\n    return g(a, b)"
    ),
}
# With the interpreter's hooks out of the way: behind walls they are out of reach.
UNHOOKED = {
    "trace": "import sys\ndef nll(a, b):\n    sys.settrace(None)\n    return F.nll_loss(a, b)",
    "profile": "import sys\ndef nll(a, b):\n    sys.setprofile(lambda *a: None)\n    return F.nll_loss(a, b)",
    "audit_hook": (
        "import sys\nbox = {}\ndef hook(event, args):\n    if event == 'mine':\n"
        "        box['out'] = F.nll_loss(*box['in'])\nsys.addaudithook(hook)\n"
        "def nll(a, b):\n    box['in'] = a, b\n    sys.audit('mine')\n    return box['out']"
    ),
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
def test_library_work_beneath_a_function_is_forbidden(tmp_path: Path) -> None:
    works = works_of("01_softmax", BENEATH | UNHOOKED, tmp_path / "works")
    records = graded("01_softmax", works, tmp_path, "nll")
    assert {n: outcomes(records[n], "nll") for n in BENEATH} == {n: {"forbidden"} for n in BENEATH}
    assert not any(t["earned"] for n in UNHOOKED for t in records[n]["tests"])
    assert {n for n, r in records.items() if "hooks of the interpreter" in r.get("flags", ())} == {*UNHOOKED}


@needs_walls
def test_flags_are_for_the_instructor(tmp_path: Path) -> None:
    """They cost nothing: the one with the word in a comment passes."""
    text = "# no ctypes here\ndef nll(a, b):\n    return -a[torch.arange(len(b)), b].mean()"
    works = works_of(
        "01_softmax", {"mentions": text, "plain": text[1:].partition("\n")[2]}, tmp_path / "works"
    )
    course = write_slice(tmp_path / "course", {"nll"}, "01_softmax")
    done = command(
        "grade", works, "--unit", "01_softmax", "--out", tmp_path / "out", "--tier", "T1", cwd=course
    )
    assert "To look at: mentions, 01_softmax: the source names ctypes" in done.stdout
    assert "plain" not in done.stdout
    records = records_in(tmp_path / "out")
    assert {n: outcomes(r, "nll") for n, r in records.items()} == {n: {"pass"} for n in ("mentions", "plain")}
    assert records["mentions"]["flags"] == ["ctypes"] and "flags" not in records["plain"]
    assert "its source names ctypes" in (tmp_path / "out" / "report" / "index.html").read_text()
    pages = [*(tmp_path / "out" / "report").glob("students/*.html")]
    assert pages and not any("its source names" in page.read_text() for page in pages)


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
