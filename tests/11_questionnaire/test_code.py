"""Code that a question asks for: optimizer callbacks, the steps of a loop, callbacks of the training loop.

Judged by what it does among stand-ins that keep a log, and where the question asks for a form, by its text as well.
"""

import ast
import textwrap

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few, points, require

whole = st.integers(-4, 4).map(float)
INPLACE = "Methods whose names end in _ work in place. What else does?"


@points(2, of="q02_opt_func", hint="functools.partial, or a function in the function.")
@few()
@given(
    cbs=st.lists(st.sampled_from(["average", "step"]), max_size=2),
    lrs=st.lists(st.sampled_from([0.1, 1.0]), min_size=1, max_size=2),
)
@example(cbs=["average", "step"], lrs=[0.1, 0.5])
def test_q02_opt_func(student, cbs, lrs):
    """What a learner is given to make its optimizer with: called, it makes one; called again, another"""
    code = f"opt_func = q02_opt_func(lambda *args, **hypers: (args, hypers), {cbs}, mom=0.9)"
    code += f"\nopt_func(['p0'], lr={lrs[0]})"
    seen = student.run("make_optimizers", cbs, {"mom": 0.9}, lrs, as_python=code)
    require(
        seen["early"] == 0, "an optimizer was made before the learner asked for one: there are no params yet"
    )
    require(len(seen["made"]) == len(lrs), f"{len(lrs)} calls made {len(seen['made'])} optimizers")
    require(all(seen["returned"]), "what a call returns is not the optimizer that it made")
    for k, (params, came, hypers) in enumerate(seen["made"]):
        require(params == [f"p{k}"], f"the optimizer was made of {params} instead of the params of the call")
        require(came == cbs, f"the optimizer got the callbacks {came}, expected {cbs}")
        wanted = {"mom": 0.9, "lr": lrs[k]}
        require(hypers == wanted, f"the optimizer got the hyper-parameters {hypers}, expected {wanted}")


def zeroed(student, values, slopes):
    names = ", ".join("pqr"[: len(values)])
    code = [
        f"{p} = torch.tensor([{v}, {-v}], requires_grad=True)" for p, v in zip("pqr", values, strict=False)
    ]
    taking_part = [(p, x) for p, x in zip("pqr", slopes, strict=False) if x is not None]
    code += [f"({x} * {p}**2).sum().backward(create_graph=True)" for p, x in taking_part]
    code += [f"q04_zero_grad([{names}])", f"print([(x, x.grad) for x in [{names}]])"]
    for k, left in enumerate(student.run("zero_gradients", values, slopes, as_python="\n".join(code))):
        v = values[k]
        assert_close(left["value"], torch.tensor([v, -v]), what=f"parameter {k} itself")
        if slopes[k] is not None and left["grad"] is not None:
            assert_close(left["grad"], torch.zeros(2), what=f"the gradient of parameter {k}")
            require(not left["history"], f"the gradient of parameter {k} still remembers where it came from")


@points(2, of="q04_zero_grad", hint="None will do; who keeps the tensor has to take its history off.")
@few()
@given(slopes=st.lists(st.sampled_from([1.0, -2.0]), min_size=1, max_size=3))
@example(slopes=[1.0, -2.0])
def test_q04_zero_grad(student, slopes):
    """After zero_grad gradients are zero or None and have no history; parameters are as they were"""
    zeroed(student, [1.0 + k for k in range(len(slopes))], slopes)


@points(
    1, of="q04_zero_grad", band="robust", hint="A parameter that took no part in the loss has no gradient."
)
def test_q04_without_gradient(student):
    """A parameter that has no gradient is no obstacle"""
    zeroed(student, [1.0, 2.0, 3.0], [None, 1.0, None])


def modelled(params, script, hypers, steps):
    """What a right step asks each parameter's callbacks, and the states after each step."""
    state, asked, states = [{} for _ in range(params)], [[] for _ in range(params)], []
    for _ in range(steps):
        for p in range(params):
            for name in script:
                asked[p].append([name, {**state[p], **hypers}])
                seen = state[p].get("step", 0)
                state[p].update({"count": {"step": seen + 1}, "mark": {"mark": seen}}.get(name, {}))
        states.append([dict(s) for s in state])
    return asked, states


@points(
    3,
    of="q05_step",
    hint="Two loops; what a callback returns goes into the state of that parameter, None being nothing.",
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
    asked, states = modelled(params, script, hypers, steps)
    for p in range(params):
        calls = [call[1:] for call in seen["asked"] if call[0] == p]
        for k, wanted in enumerate(asked[p]):
            came = calls[k] if k < len(calls) else "nothing"
            require(
                came == wanted, f"call {k} for parameter {p} was {came}, expected {wanted} (name, keywords)"
            )
        require(len(calls) == len(asked[p]), f"parameter {p}: {len(calls)} calls, expected {len(asked[p])}")
    for k, (came, wanted) in enumerate(zip(seen["states"], states, strict=True), 1):
        require(came == wanted, f"after step {k} the states are {came}, expected {wanted}")


@points(1, of="q06_sgd_cb", hint="What does p += … do to p, where p is a tensor?")
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
        assert_close(came, p, what=f"after step {k}, p", allowed=1e-9)
    last = torch.tensor(grads[-1], dtype=torch.float64)
    assert_close(seen["grad"], last, what="the gradient afterwards", allowed=0.0)


@points(1, of="q06_sgd_cb", hint=INPLACE)
def test_q06_form(student):
    """sgd_cb is written with +=, and without methods that work in place"""
    code = "import inspect\nprint(inspect.getsource(q06_sgd_cb))"
    student.run(
        "sgd_callback", [1.0], [[1.0]], 0.1, {}, as_python="# its text:"
    )  # not written yet is not wrong
    text = student.run("source", "q06_sgd_cb", as_python=code)
    require(bool(text), "the text of q06_sgd_cb can't be found: write it as a function, with def")
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except SyntaxError:
        nodes = []
    added = [n for n in nodes if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add)]
    require(bool(added), "there is no += in q06_sgd_cb")
    methods = [n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    inplace = next((m for m in methods if m.endswith("_") and not m.endswith("__")), None)
    require(inplace is None, f"q06_sgd_cb calls {inplace}: the question is how to do without")


@points(
    2,
    of="q19_train_batch",
    hint="Predict and compare; what does each of the other three need from the one before?",
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
    st.sampled_from(["before_fit", "after_fit", "after_loss", "_order", "__private"]), max_size=5, unique=True
)


@points(1, of="q22_events", hint="Which function lists the attributes of an object?")
@few()
@given(names=NAMES)
@example(names=["before_fit", "after_loss", "_order"])
def test_q22_events(student, names):
    """The names of event's attributes, whichever they are"""
    wanted = sorted(n for n in names if not n.startswith("_"))
    event = ", ".join(f"{n}=None" for n in names)
    code = f"from types import SimpleNamespace\nq22_events(SimpleNamespace({event}))"
    came = student.run("events", names, False, as_python=code)
    require(sorted(map(str, came)) == wanted, f"of {names} came {came}, expected {wanted}")


@points(1, of="q22_events", band="robust", hint="dir finds attributes wherever they are kept.")
def test_q22_events_of_a_class(student):
    """Where event is a class, its attributes count as well"""
    code = "class event: before_fit = after_loss = _order = None\nq22_events(event)"
    came = student.run("events", ["before_fit", "after_loss", "_order"], True, as_python=code)
    require(
        sorted(map(str, came)) == ["after_loss", "before_fit"],
        f"of before_fit, after_loss, _order came {came}",
    )
