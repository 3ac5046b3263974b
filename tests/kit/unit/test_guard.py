"""The guard: goes by what is called, whatever it was imported as, and leaves everyone else alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from support import ROOT

from grader.box import direct
from grader.box.direct import DirectBox
from grader.box.guard import Guard
from grader.box.wire import Opaque
from grader.course import Course
from grader.endings import ForbiddenCall

FORBIDDEN = (*Course(ROOT).units["01_softmax"].forbidden, "torch.nn.init.*")
X = torch.tensor([[1.0, 2.0, 4.0], [0.0, 1.0, 5.0]])

SHORTCUTS = {
    "imported_name": "from torch import logsumexp as mine\ndef f(x): return mine(x, -1)",
    "method": "def f(x): return x.logsumexp(-1)",
    "unbound_method": "def f(x): return torch.Tensor.logsumexp(x, -1)",
    "partial": "from functools import partial\ng = partial(torch.logsumexp, dim=-1)\ndef f(x): return g(x)",
    "mapped": "def f(x): return list(map(torch.Tensor.logsumexp, [x], [-1]))[0]",
    "method_caller": "import operator\ndef f(x): return operator.methodcaller('logsumexp', -1)(x)",
    "getattr": "def f(x): return getattr(torch, 'log' + 'sumexp')(x, -1)",
    "operator": "def f(x): return torch.ops.aten.logsumexp(x, [-1])",
    "overload": "def f(x): return torch.ops.aten._log_softmax.default(x, -1, False)",
    "functional": "import torch.nn.functional as F\ndef f(x): return F.log_softmax(x, -1)",
    "module": "m = torch.nn.LogSoftmax(-1)\ndef f(x): return m(x)",
    "module_in_a_sequence": "m = torch.nn.Sequential(torch.nn.Softmax(-1))\ndef f(x): return m(x)",
    "vmapped": "def f(x): return torch.vmap(lambda r: torch.logsumexp(r, -1))(x)",
    "through_grad": "def f(x): return torch.func.grad(lambda y: torch.logsumexp(y, -1).sum())(x)",
    "scipy": "import scipy.special\ndef f(x): return torch.from_numpy(scipy.special.logsumexp(x.numpy(), -1))",
    "swallowed": "def f(x):\n    try: return torch.softmax(x, -1)\n    except BaseException: return x",
    "evaluated": "def f(x): return eval('torch.softmax(x, -1)')",
    "reduced": "import functools\ndef f(x): return functools.reduce(torch.logaddexp, x.unbind(-1))",
    "loss": "def f(x): return torch.nn.CrossEntropyLoss()(x, torch.tensor([0, 1]))",
    "special": "def f(x): return torch.special.log_softmax(x, -1)",
    "scripted": "def g(x):\n    return torch.logsumexp(x, -1)\ndef f(x): return torch.jit.script(g)(x)",
    "compiled": "def f(x): return torch.compile(lambda y: y.logsumexp(-1))(x)",
    "init": "def f(x): return torch.nn.init.kaiming_normal_(x)",
    "thread": (
        "import threading\ndef f(x):\n    out = []\n"
        "    t = threading.Thread(target=lambda: out.append(torch.logsumexp(x, -1)))\n"
        "    t.start()\n    t.join()\n    return out"
    ),
}
INNOCENT = {
    "own_formula": "def f(x): return (x - x.amax(-1, True)).exp().sum(-1).log()",
    "layer_initialises_itself": "def f(x): return torch.nn.Linear(3, 2)(x)",
    "a_name_of_ones_own": "def logsumexp(x):\n    return x\ndef f(x): return logsumexp(x)",
    "only_mentioned": "g = torch.logsumexp\ndef f(x): return x",
    "called_at_import": "y = torch.logsumexp(torch.ones(2), -1)\ndef f(x): return x",
}


@pytest.fixture(autouse=True, params=[False, True], ids=["profiling", "tracing"])
def hook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard as it is in a student's own process, and as it is in a box."""
    monkeypatch.setattr(direct, "Guard", lambda forbidden, alone: Guard(forbidden, alone=request.param))


def box(tmp_path: Path, source: str) -> DirectBox:
    module = tmp_path / "module.py"
    module.write_text(f"import torch\n{source}\n")
    return DirectBox(module, None, FORBIDDEN, cpu_seconds=20)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_shortcuts_are_caught(tmp_path: Path, shortcut: str) -> None:
    with pytest.raises(ForbiddenCall) as caught:
        box(tmp_path, SHORTCUTS[shortcut]).request("call", "f", [X], {}, None)
    assert "write it yourself" in caught.value.text


@pytest.mark.parametrize("innocent", INNOCENT)
def test_innocent_code_is_left_alone(tmp_path: Path, innocent: str) -> None:
    box(tmp_path, INNOCENT[innocent]).request("call", "f", [X], {}, None)


def test_the_judges_own_calls_are_free(tmp_path: Path) -> None:
    the_box = box(tmp_path, "def f(x): return x.exp().sum(-1).log()")
    got = the_box.request("call", "f", [X], {}, None)
    assert torch.allclose(got, torch.logsumexp(X, -1))
    probes = tmp_path / "probes.py"
    probes.write_text("import torch\ndef compare(module, x): return module.f(x) - torch.logsumexp(x, -1)\n")
    probed = DirectBox(tmp_path / "module.py", probes, FORBIDDEN, cpu_seconds=20)
    assert probed.request("run", "compare", [X], {}, None).abs().max() < 1e-6


def test_where_nothing_is_forbidden_nothing_is_watched(tmp_path: Path) -> None:
    """Compiling is forbidden elsewhere only for what it would hide."""
    module = tmp_path / "module.py"
    module.write_text(
        "import sys, torch\ndef f(x): return [sys.gettrace(), sys.getprofile()], torch.jit.script(g)(x)\n"
    )
    module.write_text(f"{module.read_text()}def g(x: torch.Tensor): return x + 1\n")
    hooks, one_more = DirectBox(module, None, (), cpu_seconds=20).request("call", "f", [X], {}, None)
    assert torch.equal(one_more, X + 1)
    assert not any(isinstance(hook, Opaque) and "method" in hook.kind for hook in hooks)
