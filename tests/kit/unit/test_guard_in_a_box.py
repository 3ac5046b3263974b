"""The guard in a process that is the submission's: from the import on, it watches all that runs there."""

from __future__ import annotations

import pytest
from support.shortcuts import INNOCENT, SHORTCUTS
from support.watched_calls import watched

_LIBRARY = "import torch\nx = torch.ones(2, 2)\n"
WORK = {
    "torch": _LIBRARY + "def work(*_): torch.logsumexp(x, -1)\n",
    "an operator": _LIBRARY + "def work(*_): torch.ops.aten._log_softmax.default(x, -1, False)\n",
    "python": _LIBRARY + "def work(*_): torch.nn.init.kaiming_normal_(x)\n",
    "scipy": "import scipy.special\ndef work(*_): scipy.special.logsumexp([1.0, 2.0])\n",
    "numpy": "import numpy as np\ndef work(*_): np.logaddexp.reduce(np.ones(2))\n",
}
WAYS = {
    "a signal": (
        "import signal\nsignal.signal(signal.SIGALRM, work)\n"
        "def f(x):\n    signal.setitimer(signal.ITIMER_REAL, 0.02)\n    return x + 1\n"
    ),
    "a destructor": (
        "class Last(list):\n    def __del__(self): work()\n"
        "def f(x):\n    last = Last([1])\n    last.append(last and x + 1)\n    return [last]\n"
    ),
    "a weak reference": (
        "import weakref\nclass Own(list): pass\nkept = []\n"
        "def f(x):\n    own = Own([x + 1])\n    kept.append(weakref.ref(own, work))\n    return [own]\n"
    ),
    "a thread": (
        "import threading, time\ndef later():\n    time.sleep(0.02)\n    work()\n"
        "def f(x):\n    threading.Thread(target=later, daemon=True).start()\n    return x + 1\n"
    ),
    "a thread since import": (
        "import threading, queue\nq = queue.Queue()\ndef later():\n    q.get()\n    time.sleep(0.02)\n    work()\n"
        "import time\nthreading.Thread(target=later, daemon=True).start()\n"
        "def f(x):\n    q.put(1)\n    return x + 1\n"
    ),
    "words of an exception": (
        "class Odd(Exception):\n    def __str__(self):\n        work()\n        return 'odd'\n"
        "def f(x): raise Odd\n"
    ),
}


RELOADED = {
    "reloaded": "import importlib\nm = importlib.reload(torch.nn.init)\ndef f(x): return m.kaiming_normal_(x)\n",
    "reloaded in the call": (
        "import importlib\ndef f(x): return importlib.reload(torch.nn.init).kaiming_normal_(x)\n"
    ),
    "run anew": (
        "import runpy\nm = runpy.run_path(torch.nn.init.__file__)\ndef f(x): return m['kaiming_normal_'](x)\n"
    ),
    "run anew in the call": (
        "import runpy\ndef f(x): return runpy.run_path(torch.nn.init.__file__)['kaiming_normal_'](x)\n"
    ),
    "imported anew": (
        "import importlib.util as u\ns = u.find_spec('torch.nn.init')\n"
        "m = u.module_from_spec(s)\ns.loader.exec_module(m)\ndef f(x): return m.kaiming_normal_(x)\n"
    ),
    "executed": (
        "import pathlib\nfile = torch.nn.init.__file__\nns = {}\n"
        "exec(compile(pathlib.Path(file).read_text(), file, 'exec'), ns)\n"
        "def f(x): return ns['kaiming_normal_'](x)\n"
    ),
    "imported in the call": (
        "def f(x):\n    import scipy.special\n    return torch.from_numpy(scipy.special.logsumexp(x.numpy(), -1))\n"
    ),
    "its code": (
        "import types\ncode, names = torch.nn.init.normal_.__code__, vars(torch.nn.init)\n"
        "h = types.FunctionType(code, names, 'h', (0.0, 1.0, None))\n"
        "def f(x): return h(x)\n"
    ),
    "a method": "def f(x): return torch.nn.LogSoftmax.forward(torch.nn.LogSoftmax(-1), x)\n",
}


FUNCTIONS = """
import inspect, torch
from torch.nn import init

def checked():
    assert init.calculate_gain("leaky_relu", param=3.0) == (2 / 10) ** 0.5
    assert init.constant_(torch.empty(2), val=4.0).tolist() == [4.0, 4.0]
    assert init.kaiming_normal_.__name__ == "kaiming_normal_" and init.kaiming_normal_.__doc__
    assert inspect.getsource(init.ones_).startswith("def ones_(")
    torch.nn.LogSoftmax(dim=-1)(torch.ones(2, 2))
    try:
        init.constant_()
    except TypeError as error:
        assert "constant_() missing 2 required positional" in str(error)
    else:
        raise AssertionError

checked()
def f(x): return 0
"""


Ends = dict[str, list[str]]


@pytest.fixture(scope="module")
def ends() -> Ends:
    """How a call of f and two of another function ended, by name of what is tried. One process does them all."""
    at_once = SHORTCUTS | RELOADED | {f"innocent {name}": source for name, source in INNOCENT.items()}
    return watched(
        {f"{work}, {way}": (WORK[work] + WAYS[way], 2.0) for work in WORK for way in WAYS}
        | {f"own, {way}": (f"def work(*_): x = [1] * 3\n{WAYS[way]}", 0.1) for way in WAYS}
        | {name: (f"import torch\n{source}\n", 0.0) for name, source in at_once.items()}
        | {"functions": (FUNCTIONS, 0.0)}
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("work", WORK)
def test_what_runs_between_two_calls_is_told_at_the_next(ends: Ends, work: str, way: str) -> None:
    *until_told, after = ends[f"{work}, {way}"]
    assert any("write it yourself" in end for end in until_told)
    assert "write it yourself" not in after or "thread" in way  # it costs one call, where it has ended


@pytest.mark.parametrize("way", WAYS)
def test_ones_own_work_is_free_there(ends: Ends, way: str) -> None:
    assert ends[f"own, {way}"][1:] == ["value", "value"]


@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_shortcuts_are_caught(ends: Ends, shortcut: str) -> None:
    first, *others = ends[shortcut]
    assert "write it yourself" in first
    assert others == ["value", "value"] or "name" in shortcut  # one spoils the names of its module


@pytest.mark.parametrize("innocent", INNOCENT)
def test_innocent_code_is_left_alone(ends: Ends, innocent: str) -> None:
    assert ends[f"innocent {innocent}"] == ["value"] * 3


@pytest.mark.parametrize("way", RELOADED)
def test_library_code_that_runs_a_second_time_is_caught(ends: Ends, way: str) -> None:
    first, *others = ends[way]
    assert "write it yourself" in first
    assert others == ["value", "value"]


def test_functions_do_what_they_did(ends: Ends) -> None:
    """Defaults, keywords, closures and errors are the function's own, and so is what a module reads of it."""
    assert ends["functions"] == ["value"] * 3
