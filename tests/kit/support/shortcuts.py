"""Modules whose function f has a library do the work of unit 01, by many ways, and others that are innocent."""

from __future__ import annotations

import torch

from grader.course import Course
from support import ROOT

FORBIDDEN = (*Course(ROOT).units["01_softmax"].forbidden, "torch.nn.init.*")
X = torch.tensor([[1.0, 2.0, 4.0], [0.0, 1.0, 5.0]])

POOL = """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
"""
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
    "compilation_unit": (
        "u = torch.jit.CompilationUnit('def g(x: Tensor):\\n  return torch.logsumexp(x, -1)\\n')\n"
        "def f(x): return u.g(x)"
    ),
    "compiled_in_a_thread_of_torch": (
        "u = torch.jit.CompilationUnit('def g(x: Tensor):\\n  return torch.logsumexp(x, -1)\\n"
        "def h(x: Tensor):\\n  return torch.jit._wait(torch.jit._fork(g, x))\\n')\ndef f(x): return u.h(x)"
    ),
    "scripted_at_import": (
        "torch.jit._state.enable()\n@torch.jit.script\ndef g(x: torch.Tensor):\n    return torch.logsumexp(x, -1)\n"
        "torch.jit._state.disable()\ndef f(x): return g(x)"
    ),
    "pool_at_import": POOL + "def f(x): return pool.submit(torch.logsumexp, x, -1).result()",
    "scipy_in_a_pool": (
        "import scipy.special\n"
        + POOL
        + "def f(x): return pool.submit(scipy.special.logsumexp, x.numpy()).result()"
    ),
    "layer_in_a_pool": POOL + "m = torch.nn.LogSoftmax(-1)\ndef f(x): return pool.submit(m, x).result()",
    "without_modes": "def f(x):\n    with torch._C.DisableTorchFunction(): return torch.logsumexp(x, -1)",
    "modes_taken_off": (
        "from torch.overrides import _pop_mode_temporarily\n"
        "def f(x):\n    with _pop_mode_temporarily(): return torch.logsumexp(x, -1)"
    ),
    "without_dispatch": (
        "def f(x):\n    with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():\n"
        "        return torch.softmax(x, -1)"
    ),
    "attention": "def f(x): return torch.nn.functional.scaled_dot_product_attention(x[None], x[None], x[None])",
    "attention_layer": "m = torch.nn.MultiheadAttention(3, 1)\ndef f(x): return m(x, x, x)[0]",
    "closure_of_a_step": (
        "from functools import partial\no = torch.optim.SGD([torch.zeros(1, requires_grad=True)])\n"
        "def f(x): return o.step(partial(torch.nn.init.normal_, x))"
    ),
    "activation_of_a_layer": (
        "from functools import partial\n"
        "m = torch.nn.TransformerEncoderLayer(3, 1, 3, activation=partial(torch.log_softmax, dim=-1))\n"
        "def f(x): return m._ff_block(x)"
    ),
    "module_as_activation": (
        "m = torch.nn.TransformerEncoderLayer(3, 1, 3, activation=torch.nn.LogSoftmax(-1))\n"
        "def f(x): return m._ff_block(x)"
    ),
    "own_operator": (
        "lib = torch.library.Library('guard_test', 'FRAGMENT')\nname = 'l' + str(id(lib))\n"
        "lib.define(name + '(Tensor x) -> Tensor')\n"
        "lib.impl(name, lambda x: torch.logsumexp(x, -1), 'CompositeImplicitAutograd')\n"
        "def f(x):\n    with torch._C.DisableTorchFunction(): return getattr(torch.ops.guard_test, name)(x)"
    ),
    "numpy": "import numpy as np\ndef f(x): return np.logaddexp.reduce(x.numpy(), axis=-1)",
    "numpy_imported": "from numpy import logaddexp\ndef f(x): return logaddexp(x.numpy(), x.numpy())",
    "sklearn": "from sklearn.utils.extmath import softmax\ndef f(x): return softmax(x.numpy())",
    "false_file": (
        "exec(compile('def g(x): return torch.nn.init.normal_(x)', torch.nn.modules.linear.__file__, 'exec'))\n"
        "def f(x): return g(x)"
    ),
    "false_file_of_the_kit": (
        "import grader.box.session as s\n"
        "exec(compile('def g(x): return torch.logsumexp(x, -1)', s.__file__, 'exec'))\ndef f(x): return g(x)"
    ),
    "copied_code": (
        "import types\ng = dict(vars(torch.nn.init), __name__='mine')\n"
        "h = types.FunctionType(torch.nn.init.normal_.__code__, g, 'h', (0.0, 1.0, None))\ndef f(x): return h(x)"
    ),
    "odd_name_of_a_module": "def f(x):\n    globals()['__name__'] = []\n    return torch.logsumexp(x, -1)",
    "packed": """
class T(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ == "detach":
            return torch.logsumexp(args[0].real_one, -1)
        with torch._C.DisableTorchFunctionSubclass():
            return func(*args, **(kwargs or {}))
def f(x):
    t = x.clone().as_subclass(T)
    t.real_one = x
    return t
""",
    "listed": (
        "class L(list):\n    def __iter__(self): return iter([torch.logsumexp(self.x, -1)])\n"
        "def f(x):\n    l = L([0])\n    l.x = x\n    return l"
    ),
    "hook_of_a_tensor": (
        "def f(x):\n    out, z = [], torch.zeros((), requires_grad=True)\n"
        "    z.register_hook(lambda g: out.append(torch.logsumexp(x, -1)))\n    (z * 1).backward()\n    return out"
    ),
    "finalizer": (
        "import weakref\nfrom functools import partial\nclass O: pass\n"
        "def f(x):\n    o, out = O(), torch.empty(0)\n"
        "    weakref.finalize(o, partial(torch.logsumexp, x, -1, out=out))\n    del o\n    return out"
    ),
    "raw_thread": """
import _thread
def f(x):
    out, lock = [], _thread.allocate_lock()
    lock.acquire()
    def work():
        try:
            out.append(torch.logsumexp(x, -1))
        finally:
            lock.release()
    _thread.start_new_thread(work, ())
    lock.acquire()
    return out
""",
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
    "layer": "m = torch.nn.Bilinear(3, 3, 2)\ndef f(x): return m(x, x)",
    "optimizer": (
        "def f(x):\n    w = torch.nn.Linear(3, 1)\n    o = torch.optim.Adam(w.parameters())\n"
        "    o.step(lambda: w(x).sum().backward())\n    return w.weight"
    ),
    "own_pool": POOL + "def f(x): return pool.submit(lambda: x.exp().sum(-1).log()).result()",
    "numpy": "import numpy as np\ndef f(x): return np.log(np.add.reduce(np.exp(x.numpy()), axis=-1))",
    "ones_own_list": "class L(list): pass\ndef f(x): return L([x.exp()])",
    "compared_at_import": (
        "def f(x): return (x - x.amax(-1, True)).exp().sum(-1).log()\n"
        "x = torch.ones(2, 3)\nassert f(x).shape == torch.logsumexp(x, -1).shape\n"
        "import threading\nt = threading.Thread(target=torch.logsumexp, args=(x, -1))\nt.start()\nt.join()"
    ),
    "called_at_import": "y = torch.logsumexp(torch.ones(2), -1)\ndef f(x): return x",
}
