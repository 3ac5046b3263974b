"""The equations of the optimizers, walked for several steps from random starts, in float64.

One step from averages of 0 lets nearly everything pass: an average that is never fed back, a share of 1 - beta on the
wrong side, a debiasing that counts from 1. Several steps with different gradients don't. Expected values are computed
here, from the formula; where what came is what a well-known slip gives, the message says so.
"""

import math

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Mismatch, assert_close, few, points, require
from grader.suite.literal import literal

F64 = torch.float64
NAMES = {1: ("p",), 2: ("p", "avg"), 3: ("p", "avg", "sqr_avg")}
numbers = st.integers(-12, 12).map(lambda k: k / 4)
rates = st.sampled_from([0.1, 0.5, 1.0])
shares = st.sampled_from([0.5, 0.9, 0.25])
epsilons = st.sampled_from([0.5, 0.1, 1e-5])


def f64(values):
    return torch.tensor(values, dtype=F64)


@st.composite
def walks(draw, most=4):
    """(p, gradients): two entries, and one to four different gradients for them."""
    pairs = st.lists(numbers, min_size=2, max_size=2)
    return draw(pairs), draw(st.lists(pairs, min_size=1, max_size=most))


def sgd(state, grad, i, lr):
    return [state[0] - lr * grad]


def momentum(state, grad, i, lr, beta, kept=None):
    p, avg = state
    avg = beta * avg + (1 - beta if kept is None else kept) * grad
    return [p - lr * avg, avg]


def rms_prop(state, grad, i, lr, alpha, eps, kept=None, inside=False):
    p, sqr = state
    sqr = alpha * sqr + (1 - alpha if kept is None else kept) * grad**2
    return [p - lr * grad / ((sqr + eps).sqrt() if inside else sqr.sqrt() + eps), sqr]


def adam(state, grad, i, lr, beta1, beta2, eps, debiased=True, inside=False, late=1, r=None):
    p, avg, sqr = state
    avg, sqr = beta1 * avg + (1 - beta1) * grad, beta2 * sqr + (1 - beta2) * grad**2
    m, v = (avg / (1 - beta1 ** (i + late)), sqr / (1 - beta2 ** (i + late))) if debiased else (avg, sqr)
    return [p - lr * m / ((v + eps).sqrt() if inside else v.sqrt() + eps), avg, sqr]


def radam(state, grad, i, lr, beta1, beta2, eps, line=5):
    t, top = i + 1, 2 / (1 - beta2) - 1
    rho = top - 2 * t * beta2**t / (1 - beta2**t)
    p, avg, sqr = state
    avg, sqr = beta1 * avg + (1 - beta1) * grad, beta2 * sqr + (1 - beta2) * grad**2
    m, v = avg / (1 - beta1**t), sqr / (1 - beta2**t)
    if rho <= line:
        return [p - lr * m, avg, sqr]
    r = math.sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))
    return [p - lr * r * m / (v.sqrt() + eps), avg, sqr]


def walked(rule, state, grads, hypers, **slip):
    states = []
    for i, grad in enumerate(grads):
        state = rule(state, grad, i, **hypers, **slip)
        states.append(state)
    return states


def as_code(name, kept, start, grads, hypers, counted):
    options = ", ".join(f"{k}={v!r}" for k, v in hypers.items())
    lines = [f"{n} = {literal(v)}" for n, v in zip(kept, start, strict=True)]
    for i, grad in enumerate(grads):
        inside = ", ".join([kept[0], literal(grad), *kept[1:], *([str(i)] if counted else [])])
        lines.append(f"{', '.join(kept)} = {name}({inside}, {options})")
    return "\n".join([*lines, ", ".join(kept)])


def check(student, name, rule, drawn, hypers, kept=("p",), counted=False, slips=()):
    """The equation `name` goes where `rule` goes. slips: (what is said, the rule's option) for well-known ones."""
    start = [f64(drawn[0]), *[torch.zeros(2, dtype=F64) for _ in kept[1:]]]
    grads = [f64(g) for g in drawn[1]]
    code = as_code(name, kept, start, grads, hypers, counted)
    came = student.run("walk", name, start, grads, hypers, counted, as_python=code)
    try:
        compare(came, walked(rule, start, grads, hypers), name, kept)
    except Mismatch as mismatch:
        for told, slip in slips:
            try:
                compare(came, walked(rule, start, grads, hypers, **slip), name, kept)
            except (Mismatch, ZeroDivisionError):
                continue
            raise Mismatch(f"{mismatch}\n{told}") from None
        raise


def compare(came, expected, name, kept):
    for k, want in enumerate(expected):
        got = came[k]
        strange = next((t for t in got if isinstance(t, str)), None)
        require(
            strange is None, f"{name} has to return {' and '.join(kept)} as tensors, but one is a {strange}"
        )
        told = f"{name} has to return ({', '.join(kept)}), but returned {len(got)} of them"
        require(len(got) == len(want), told)
        for what, g, w in zip(kept, got, want, strict=True):
            size = float(w.abs().max()) if w.isfinite().all() else 1.0
            assert_close(g, w, what=f"after step {k + 1}, {what}", allowed=1e-6 * (1 + size))


THREE = ([1.0, -2.0], [[1.0, 2.0], [-0.5, 3.0], [2.0, 0.25]])


@points(2, of="q01_sgd_step", hint="Which way does the gradient point, and which way is down?")
@given(drawn=walks(), lr=rates)
@example(drawn=THREE, lr=0.1)
def test_q01_sgd_step(student, drawn, lr):
    """A step of SGD, and others after it"""
    check(student, "q01_sgd_step", sgd, drawn, {"lr": lr})


MOMENTUM_SLIPS = [
    ("That is what it is with all of the gradient, instead of a share of 1 - beta.", {"kept": 1.0})
]


@points(
    3,
    of="q07_momentum",
    hint="The step goes along the new average. How much of it is old, how much is the gradient?",
)
@given(drawn=walks(), lr=rates, beta=shares)
@example(drawn=THREE, lr=0.1, beta=0.9)
def test_q07_momentum(student, drawn, lr, beta):
    """Momentum over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "beta": beta}
    check(student, "q07_momentum", momentum, drawn, hypers, NAMES[2], slips=MOMENTUM_SLIPS)


@points(1, of="q07_momentum", band="robust", hint="What is left of the equation when beta is 0?")
@few()
@given(drawn=walks(), lr=rates)
@example(drawn=THREE, lr=0.1)
def test_q07_without_momentum(student, drawn, lr):
    """Momentum with beta = 0 is SGD"""
    check(student, "q07_momentum", momentum, drawn, {"lr": lr, "beta": 0.0}, NAMES[2], slips=MOMENTUM_SLIPS)


RMS_SLIPS = [
    ("That is what it is with all of the squared gradient, instead of a share of 1 - alpha.", {"kept": 1.0}),
    ("That is what it is with eps inside the root.", {"inside": True}),
]


@points(
    3,
    of="q11_rmsprop",
    hint="What is averaged, what is the step along, and what is it divided by?",
)
@given(drawn=walks(), lr=rates, alpha=shares, eps=epsilons)
@example(drawn=THREE, lr=0.1, alpha=0.9, eps=0.5)
def test_q11_rmsprop(student, drawn, lr, alpha, eps):
    """RMSProp over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "alpha": alpha, "eps": eps}
    check(student, "q11_rmsprop", rms_prop, drawn, hypers, ("p", "sqr_avg"), slips=RMS_SLIPS)


@points(1, of="q11_rmsprop", band="robust", hint="What is 0 / (√0 + eps)?")
@few()
@given(drawn=walks(), alpha=shares)
@example(drawn=THREE, alpha=0.9)
def test_q11_without_gradient(student, drawn, alpha):
    """A parameter whose gradients have all been 0 stays where it is"""
    p, grads = drawn
    still = (p, [[0.0, 0.0] for _ in grads])
    hypers = {"lr": 0.1, "alpha": alpha, "eps": 1e-5}
    check(student, "q11_rmsprop", rms_prop, still, hypers, ("p", "sqr_avg"), slips=RMS_SLIPS)


ADAM_SLIPS = [
    ("That is what it is without debiasing.", {"debiased": False}),
    ("That is what it is with eps inside the root.", {"inside": True}),
    ("That is what it is when the exponent of the debiasing is one too large.", {"late": 2}),
    (
        "That is what it is when the exponent of the debiasing is one too small: 0 at the first step.",
        {"late": 0},
    ),
]
ADAM = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1}


@points(
    4, of="q14_adam", hint="What do averages that began at 0 lack after i + 1 steps? Make up for it in both."
)
@given(drawn=walks(), lr=rates, beta1=shares, beta2=shares, eps=epsilons)
@example(drawn=THREE, **ADAM)
def test_q14_adam(student, drawn, lr, beta1, beta2, eps):
    """Adam over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    check(student, "q14_adam", adam, drawn, hypers, NAMES[3], True, ADAM_SLIPS)


@points(1, of="q14_adam", band="robust", hint="Debiasing matters at each step, and less and less.")
@few()
@given(g=st.integers(1, 8), beta1=shares, beta2=shares)
@example(g=2, beta1=0.9, beta2=0.5)
def test_q14_constant_gradient(student, g, beta1, beta2):
    """Adam under a constant gradient takes equal steps, twelve of them, and none where there is no gradient"""
    hypers = {"lr": 0.1, "beta1": beta1, "beta2": beta2, "eps": 0.5}
    drawn = ([0.0, 1.0], [[float(g), 0.0]] * 12)
    check(student, "q14_adam", adam, drawn, hypers, NAMES[3], True, ADAM_SLIPS)


@points(
    3,
    of="f1_radam",
    band="stretch",
    hint="First ρ, which grows with the steps; the square root only above 5.",
)
@few(10)
@given(drawn=walks(6), beta2=st.sampled_from([0.99, 0.9, 0.8]), eps=epsilons)
@example(drawn=([1.0, -2.0], THREE[1] * 3), beta2=0.99, eps=0.1)
def test_f1_radam(student, drawn, beta2, eps):
    """Rectified Adam: the steps before ρ is above 5, and those after"""
    hypers = {"lr": 0.1, "beta1": 0.9, "beta2": beta2, "eps": eps}
    slips = [("That is what it is with the line drawn at 4: the task draws it at 5.", {"line": 4})]
    check(student, "f1_radam", radam, drawn, hypers, NAMES[3], True, slips)
