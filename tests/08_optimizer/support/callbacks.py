"""Cases, strategies and checks of test_callbacks.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

from .common import f64

LRS, MOMS = st.sampled_from([0.1, 0.5, 0.01, 0.0]), st.sampled_from([0.9, 0.5, 0.0, 0.99])
EPS = st.sampled_from([1e-5, 1e-3, 1e-8, 0.1])
FOREIGN = {
    "lr": 0.3,
    "mom": 0.8,
    "sqr_mom": 0.7,
    "eps": 0.2,
    "wd": 0.6,
    "step": 3,
}  # what a group may hold besides


def call(student, name, p, grad, **keywords):
    """What one call did. Keywords of other callbacks are there, too, as they are in an optimizer's state."""
    known = {**FOREIGN, **keywords}
    code = (
        f"p = {literal(p.clone().requires_grad_())}; p.grad = {literal(grad)}\n"
        f"with torch.no_grad():\n    result = {name}(p, {', '.join(f'{k}={literal(v)}' for k, v in known.items())})\n"
        "p, p.grad, result"
    )
    return student.run("call_callback", name, p, grad, known, as_python=code)


def check_step(report, name, p, expected, grad):
    """The parameter has the expected entries, the gradient those that it had."""
    scale = max(1.0, float(p.abs().max()), float(expected.abs().max()))
    assert_close(report["p"], expected, what=f"p after {name}", atol=1e-11 * scale)
    if grad is not None:
        assert_close(report["grad"], grad, what=f"p.grad after {name}, which leaves it alone,", atol=0.0)


def adam(student, p, g, m, root, lr, **known):
    """One call of adam_step whose debiased averages are m and root², and what has to come of it."""
    t = known["step"]
    averages = {"grad_avg": m * (1 - known["mom"] ** t), "sqr_avg": root**2 * (1 - known["sqr_mom"] ** t)}
    report = call(student, "adam_step", p, g, lr=lr, **known, **averages)
    return report, p - lr * m / (root.abs() + known["eps"])


SQUARE = f64([[1.0, 2.0], [3.0, 4.0]])


def check_leaves_averages(student, name, *averages):
    """The averages that the state holds are the same after the step."""
    p, g = f64([[1.0, -2.0], [0.5, 4.0]]), f64([[0.5, 1.0], [-1.0, 2.0]])
    report = call(student, name, p, g, **dict.fromkeys(averages, SQUARE))
    for average in averages:
        what = f"{average} after {name}: the state holds this very tensor, and it"
        assert_close(report["keywords"][average], SQUARE, what=what, atol=0.0)


def check_in_place(student, name, **known):
    """What holds another view of p's memory sees the step."""
    p, g = f64([[1.0, -2.0], [0.5, 4.0]]), f64([[0.5, 1.0], [-1.0, 2.0]])
    report = call(student, name, p, g, **known)
    require(not torch.equal(report["memory"], p), f"what p.detach() from before {name} sees is the old p")
    assert_close(report["memory"], report["p"], what=f"what p.detach() from before {name} sees", atol=0.0)
