"""Code that a question asks for: optimizer callbacks, the steps of a loop, callbacks of the training loop.

Judged by what it does among stand-ins that keep a log, and where the question asks for a form, by its text as well.
"""

import ast
import math
import textwrap

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support.code import names_of_p, root, same, wanted_call, zeroed
from .support.equations import worded

whole = st.integers(-4, 4).map(float)
INPLACE = "Methods whose names end in _ work in place. What else does?"


@points(
    2,
    function="q02_opt_func",
    hint="functools.partial, or a function in the function.",
    stub="What you return is called by a learner, maybe more than once, as opt_func(params, "
    "lr=0.1), and returns a new optimizer of these params with these cbs, these hypers "
    "and that lr.",
)
@few_examples()
@given(
    cbs=st.lists(st.sampled_from(["average", "step"]), min_size=1, max_size=2),
    lrs=st.lists(st.sampled_from([0.1, 1.0]), min_size=1, max_size=2),
)
@example(cbs=["average", "step"], lrs=[0.1, 0.5])
def test_q02_opt_func(student, cbs, lrs):
    """What a learner is given to make its optimizer with: called, it makes one; called again, another"""
    code = f"opt_func = q02_opt_func(lambda *args, **hypers: (args, hypers), {cbs}, mom=0.9)"
    code += f"\nopt_func(['p0'], lr={lrs[0]})"
    seen = student.run("make_optimizers", cbs, {"mom": 0.9}, lrs, as_python=code)
    strange = seen.get("kind")
    require(strange is None, f"q02_opt_func has to return a function, but returned {worded(strange)}")
    require(
        seen["early"] == 0, "an optimizer was made before the learner asked for one: there are no params yet"
    )
    require(len(seen["made"]) == len(lrs), f"{len(lrs)} calls made {len(seen['made'])} optimizers")
    require(all(seen["returned"]), "what a call returns is not the optimizer that it made")
    for k, (params, came, hypers) in enumerate(seen["made"]):
        require(
            same(params, [f"p{k}"]), f"the optimizer was made of {params} instead of the params of the call"
        )
        require(same(came, cbs), f"the optimizer got the callbacks {came}, expected {cbs}")
        wanted = {"mom": 0.9, "lr": lrs[k]}
        require(same(hypers, wanted), f"the optimizer got the hyper-parameters {hypers}, expected {wanted}")


@points(
    2,
    function="q04_zero_grad",
    hint="None will do; who keeps the tensor has to take its history off.",
    stub="4. What does zero_grad do in an optimizer? Do it: gradients become zero (or None), "
    "without history.",
)
@few_examples()
@given(slopes=st.lists(st.sampled_from([1.0, -2.0]), min_size=1, max_size=3))
@example(slopes=[1.0, -2.0])
def test_q04_zero_grad(student, slopes):
    """After zero_grad gradients are zero or None and have no history; parameters are as they were"""
    zeroed(student, [1.0 + k for k in range(len(slopes))], slopes)


@points(
    1,
    function="q04_zero_grad",
    band="robust",
    hint="A parameter that took no part in the loss has no gradient.",
    handout="meets gradients that are infinite, and parameters without one",
)
def test_q04_without_gradient(student):
    """A parameter that has no gradient is no obstacle"""
    zeroed(student, [1.0, 2.0, 3.0], [None, 1.0, None])


@points(
    1,
    function="q04_zero_grad",
    band="robust",
    hint="inf · 0 is not 0.",
    handout="meets gradients that are infinite",
)
def test_q04_of_infinity(student):
    """A gradient that is infinite becomes zero (or None) as well"""
    zeroed(student, [1.0, 2.0], [math.inf, 1.0])


@points(
    3,
    function="q05_step",
    hint="Two loops; what a callback returns goes into the state of that parameter, None being nothing.",
    stub="Each callback is called, in order, for each parameter, as cb(p, **{**state of p, "
    "**hypers}); what it returns, a dict or None, goes into the state of p before the "
    "next callback is called. Call them for every parameter",
)
@given(
    params=st.integers(1, 3),
    script=st.lists(st.sampled_from(["quiet", "count", "mark"]), min_size=1, max_size=3),
    steps=st.integers(1, 3),
)
@example(params=2, script=["count", "mark", "quiet"], steps=2)
def test_q05_step(student, params, script, steps):
    """Every callback, in order, for every parameter, with its own state and the hypers; what it returns is kept"""
    hypers = {"lr": 0.1, "mom": 0.9}
    code = [
        f"def {name}(p, step=0, **kwargs): print(p, '{name}', step, kwargs); return {returned}"
        for name, returned in (("count", "{'step': step + 1}"), ("mark", "{'mark': step}"), ("quiet", "None"))
        if name in script
    ]
    names = list("pqr"[:params])
    code += [f"state = { ({n: {} for n in names}) }", f"for _ in range({steps}):"]
    code += [f"    q05_step({names}, [{', '.join(script)}], state, lr=0.1, mom=0.9)", "state"]
    seen = student.run("drive", params, script, hypers, steps, as_python="\n".join(code))
    for k, of_all in enumerate(seen["states"], 1):
        strange = next(((p, s) for p, s in enumerate(of_all) if isinstance(s, str)), None)
        in_words = f"after step {k} the state of parameter {strange and strange[0]} is no dict any more, but "
        in_words += (
            f"{worded(strange[1]).split(' (')[0]}: what a callback returns goes into it" if strange else ""
        )
        require(strange is None, in_words)
    names = script * steps
    for p in range(params):
        calls = [call[1:] for call in seen["asked"] if call[0] == p]
        for k, name in enumerate(names):
            came, due = calls[k] if k < len(calls) else "nothing", [name, wanted_call(names, k, hypers)]
            in_words = f"call {k} for parameter {p} was {came}, expected {due} (name, keywords)"
            require(same(came, due), in_words)
        require(len(calls) == len(names), f"parameter {p}: {len(calls)} calls, expected {len(names)}")
    for k, came in enumerate(seen["states"], 1):
        due = [wanted_call(names, k * len(script), {})] * params
        require(same(came, due), f"after step {k} the states are {came}, expected {due}")


@points(
    1,
    function="q06_sgd_cb",
    hint="What does p += … do to p, where p is a tensor?",
    stub="6. Rewrite sgd_cb to use the += operator instead of add_: p (its grad is in p.grad) "
    "changes in place.",
)
@given(
    grads=st.lists(st.lists(whole, min_size=2, max_size=2), min_size=1, max_size=3),
    lr=st.sampled_from([0.1, 0.5]),
)
@example(grads=[[1.0, -2.0], [3.0, 0.5]], lr=0.1)
def test_q06_sgd_cb(student, grads, lr):
    """The callback changes the parameter in place, by -lr · grad, and ignores keywords that it doesn't need"""
    p = torch.tensor([1.0, 2.0], dtype=torch.float64)
    code = [f"p = torch.tensor({p.tolist()}, dtype=torch.float64)"]
    code += [
        f"p.grad = torch.tensor({g}, dtype=torch.float64); q06_sgd_cb(p, lr={lr}, mom=0.9); p" for g in grads
    ]
    seen = student.run("sgd_callback", p.tolist(), grads, lr, {"mom": 0.9}, as_python="\n".join(code))
    for k, (came, grad) in enumerate(zip(seen["values"], grads, strict=True), 1):
        p = p - lr * torch.tensor(grad, dtype=torch.float64)
        assert_close(came, p, what=f"after step {k}, p", atol=1e-9)


@points(
    1,
    function="q06_sgd_cb",
    hint=INPLACE,
    stub="Change p (or p.data) by += only, and call no method whose name ends in _",
)
def test_q06_form(student):
    """sgd_cb is written with +=, and nothing else changes the parameter"""
    code = "p = torch.ones(2); p.grad = torch.ones(2); q06_sgd_cb(p, lr=0.1); p"
    seen = student.run("sgd_form", [1.0, 2.0], [1.0, -3.0], 0.1, as_python=code)
    code = "import inspect\nprint(inspect.getsource(q06_sgd_cb))"
    text = student.run("source", "q06_sgd_cb", as_python=code)
    require(bool(text), "the text of q06_sgd_cb can't be found: write it as a function, with def")
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except SyntaxError:
        nodes = []
    known = names_of_p(nodes)
    added = [n for n in nodes if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add)]
    require(any(root(n.target) in known for n in added), "there is no p += … in q06_sgd_cb")
    called = seen["in_place"][0] if seen["in_place"] else None
    require(called is None, f"q06_sgd_cb calls {called}: the question is how to do without")
    other = next(
        (name or "something that torch doesn't see" for name in seen["changed"] if name != "+="), None
    )
    require(other is None, f"p is changed by {other}, not by +=")
    require(bool(seen["changed"]), "p does not change")


@points(
    2,
    function="q19_train_batch",
    hint="Predict and compare; what does each of the other three need from the one before?",
    stub="Predictions and their loss, gradients, a step, gradients back to zero: do them once, "
    "for this batch. loss_func takes predictions and targets.",
)
def test_q19_four_steps(student):
    """The four steps, once each, in an order that works"""
    code = "from unittest.mock import Mock\nm = Mock()\n"
    code += "q19_train_batch(m.model, m.loss_func, m.opt, 'xb', 'yb')\nm.mock_calls"
    log = student.run("train_batch", as_python=code)
    for wanted in ("model(xb)", "loss_func(pred, yb)", "backward", "step", "zero_grad"):
        came = log.count(wanted)
        require(
            came == 1,
            f"{wanted} has to happen once, but happened {came} times, in {', '.join(log) or 'nothing'}",
        )
    order = [entry for entry in log if entry != "zero_grad"]
    wanted = ["model(xb)", "loss_func(pred, yb)", "backward", "step"]
    require(order == wanted, f"the order was {', '.join(log)}")
    between = log.index("backward") < log.index("zero_grad") < log.index("step")
    require(not between, f"the gradients were zeroed before they were used: {', '.join(log)}")


NAMES = st.lists(
    st.sampled_from(["before_fit", "after_loss", "begin_fit", "epoch", "_order", "__private"]),
    min_size=1,
    max_size=5,
    unique=True,
)


@points(
    1,
    function="q22_events",
    hint="Which function lists the attributes of an object?",
    stub="A list of the names of event's attributes, but for those that begin with a _.",
)
@few_examples()
@given(names=NAMES)
@example(names=["before_fit", "epoch", "_order"])
def test_q22_events(student, names):
    """The names of event's attributes, whichever they are"""
    wanted = sorted(n for n in names if not n.startswith("_"))
    event = ", ".join(f"{n}=None" for n in names)
    code = f"from types import SimpleNamespace\nq22_events(SimpleNamespace({event}))"
    came = student.run("events", names, False, as_python=code)
    in_words = f"q22_events has to return a list of names, but returned {worded(came)}"
    require(not isinstance(came, str), in_words)
    require(sorted(map(str, came)) == wanted, f"of {names} came {came}, expected {wanted}")


@points(
    1,
    function="q22_events",
    band="robust",
    hint="dir finds attributes wherever they are kept.",
    handout="works on a class as well as on an object",
)
def test_q22_events_of_a_class(student):
    """Where event is a class, its attributes count as well, and those of its bases"""
    code = (
        "class events: after_loss = _order = None\nclass event(events): before_fit = None\nq22_events(event)"
    )
    came = student.run("events", ["before_fit", "after_loss", "_order"], True, as_python=code)
    require(
        not isinstance(came, str), f"q22_events has to return a list of names, but returned {worded(came)}"
    )
    require(
        sorted(map(str, came)) == ["after_loss", "before_fit"],
        f"of before_fit, after_loss, _order came {came}",
    )
