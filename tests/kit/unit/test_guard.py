"""The guard: goes by what is called, whatever it was imported as, and leaves everyone else alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from support import ROOT
from support.shortcuts import FORBIDDEN, INNOCENT, SHORTCUTS, X
from support.walls import in_a_child

from grader.box import direct
from grader.box.direct import DirectBox
from grader.box.guard import Guard
from grader.box.wire import Opaque
from grader.course import Course
from grader.endings import ForbiddenCall


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


def test_a_module_that_is_imported_anew_remembers_nothing_and_may_compare(tmp_path: Path) -> None:
    source = (
        "import torch\ntorch.logsumexp(torch.ones(2, 2), 0)\ncalls = []\n"
        "def f(x):\n    calls.append(x)\n    return len(calls)\n"
        "def g(x): return torch.logsumexp(x, -1)\n"
    )
    (tmp_path / "probes.py").write_text("def call(module, name, x): return getattr(module, name)(x)\n")
    (tmp_path / "module.py").write_text(source)
    probed = DirectBox(tmp_path / "module.py", tmp_path / "probes.py", FORBIDDEN, cpu_seconds=20)
    ops = ["run", "run", "run_anew", "run_anew", "run"]
    assert [probed.request(op, "call", ["f", X], {}, None) for op in ops] == [1, 2, 1, 1, 3]
    with pytest.raises(ForbiddenCall):
        probed.request("run_anew", "call", ["g", X], {}, None)


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


def test_threads_are_wrapped_once_in_a_box() -> None:
    def is_wrapped_once() -> bool:
        guard = Guard(FORBIDDEN, alone=True, for_good=True)
        with guard.importing():
            pass
        start = threading._start_new_thread  # type: ignore[attr-defined]
        with guard.watching():
            pass
        return threading._start_new_thread is start  # type: ignore[attr-defined]

    assert in_a_child(is_wrapped_once) == {"value": True}


def test_attention_is_free_where_softmax_is(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import torch\nm = torch.nn.TransformerEncoderLayer(3, 1, 4)\ndef f(x): return m(x)\n")
    forbidden = Course(ROOT).units["10_training"].forbidden
    DirectBox(module, None, forbidden, cpu_seconds=20).request("call", "f", [X], {}, None)
