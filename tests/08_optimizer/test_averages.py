"""The running averages: call by call, each call given what the one before returned.

A weaker suite lets pass: dampening that is forgotten or always there (right up to the learning rate), a first average
that is the gradient (right without dampening), an average that *is* the gradient (right until that is written over).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, few_examples, points, require
from grader.suite.source import literal

MOMS = st.sampled_from([0.9, 0.5, 0.0, 0.99])
entries = st.builds(lambda k, s: k / 4 * s, st.integers(-8, 8), st.sampled_from([1.0, 1e-5]))
sizes = st.integers(1, 3)


def f64(values):
    return torch.tensor(values, dtype=torch.float64)


def tensors(n: int):
    """That many tensors of equal length."""
    return sizes.flatmap(
        lambda size: st.tuples(*[st.lists(entries, min_size=size, max_size=size).map(f64)] * n)
    )


def returned(result, key, what):
    """result[key] of what a callback returned."""
    require(isinstance(result, dict), f"{what} has to return a dict, but returned {literal(result)[:100]}")
    require(
        key in result, f'{what} has to return a dict with the key "{key}", but its keys are {list(result)}'
    )
    return result[key]


def averages(student, name, key, grads, keywords, refill=False):
    """What a callback returned as `key`, call by call, each time given what it had returned before."""
    known = {"lr": 0.3, "eps": 0.2, "wd": 0.6, **keywords}
    inside = ", ".join(f"{k}={literal(v)}" for k, v in known.items())
    code = f"p = torch.zeros({len(grads[0])}, dtype={grads[0].dtype}); state = {{}}\n" + "\n".join(
        f"{'p.grad.copy_' if refill and k else 'p.grad = '}({literal(g)})\nstate = {name}(p, {inside}, **state); "
        "print(state)"
        for k, g in enumerate(grads)
    )
    report = student.run("call_in_turn", name, grads, known, key, refill, as_python=code)
    if len(report["results"]) < len(grads) or not isinstance(report["results"][-1], torch.Tensor):
        returned(report["results"][-1], key, name)  # it broke off there
        require(
            False, f'{name} returned {literal(report["results"][-1])[:100]} as "{key}", expected a tensor'
        )
    for k, (before, after) in enumerate(zip(grads, report["grads"], strict=True)):
        what = f"p.grad after call {k + 1} of {name}, which leaves it alone,"
        assert_close(after, before, what=what, atol=0.0)
    return report["results"]


def check_average(student, name, key, grads, keywords, expected_of, refill=False):
    """expected_of(average, gradient): the next average."""
    results = averages(student, name, key, list(grads), keywords, refill)
    expected = torch.zeros_like(grads[0])
    for k, (came, g) in enumerate(zip(results, grads, strict=True)):
        expected = expected_of(expected, g)
        assert_close(came, expected, what=f'call {k + 1}: {name}(…)["{key}"]', atol=1e-11)


PAST = st.integers(1, 4).flatmap(tensors)
PLAIN = (f64([1.0, -2.0]), f64([0.5, 0.0]), f64([-1.0, 4.0]))


@points(
    2,
    function="average_grad",
    hint="Without dampening, no (1 - mom) anywhere. Before the first step the average is 0.",
)
@few_examples(10)
@given(grads=PAST, mom=MOMS)
@example(grads=PLAIN, mom=0.9)
@example(grads=PLAIN, mom=0.0)
def test_average_grad(student, grads, mom):
    """average_grad: grad_avg · mom + grad, from 0 on, in a dict with the key grad_avg"""
    check_average(student, "average_grad", "grad_avg", grads, {"mom": mom}, lambda a, g: a * mom + g)


@points(2, function="average_grad", hint="mom of the old average, and what is left to 1 of the gradient.")
@few_examples(10)
@given(grads=PAST, mom=MOMS)
@example(grads=PLAIN, mom=0.9)
@example(grads=PLAIN, mom=0.0)
def test_dampened_average_grad(student, grads, mom):
    """average_grad with dampening=True: mom · grad_avg + (1 - mom) · grad, from 0 on"""
    keywords = {"mom": mom, "dampening": True}
    check_average(student, "average_grad", "grad_avg", grads, keywords, lambda a, g: mom * a + (1 - mom) * g)


@points(2, function="average_sqr_grad", hint="It is always dampened, and it is the gradient that is squared.")
@few_examples(10)
@given(grads=PAST, sqr_mom=MOMS)
@example(grads=PLAIN, sqr_mom=0.9)
@example(grads=PLAIN, sqr_mom=0.0)
def test_average_sqr_grad(student, grads, sqr_mom):
    """average_sqr_grad: sqr_mom · sqr_avg + (1 - sqr_mom) · grad², from 0 on, in a dict with the key sqr_avg"""
    keywords = {"sqr_mom": sqr_mom}
    check_average(
        student,
        *("average_sqr_grad", "sqr_avg", grads, keywords),
        lambda a, g: sqr_mom * a + (1 - sqr_mom) * g**2,
    )


@points(
    1,
    function="average_grad",
    band="robust",
    hint="p.grad is written over before the next step. A + or a * makes anew.",
)
@few_examples()
@given(grads=PAST, mom=MOMS, dampening=st.booleans())
@example(grads=PLAIN, mom=0.5, dampening=False)
def test_average_is_no_gradient(student, grads, mom, dampening):
    """average_grad keeps an average of its own, which doesn't change when the gradient is written over"""
    share, keywords = 1 - mom if dampening else 1, {"mom": mom, "dampening": dampening}
    check_average(
        student, "average_grad", "grad_avg", grads, keywords, lambda a, g: mom * a + share * g, True
    )


FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]


def check_dtype(student, name, key, dtype, keywords):
    grads = [torch.tensor([0.5, -2.0], dtype=dtype), torch.tensor([1.0, 0.25], dtype=dtype)]
    for k, average in enumerate(averages(student, name, key, grads, keywords)):
        assert_dtype(average, dtype, what=f'call {k + 1}: {name}(…)["{key}"]')


@points(1, function="average_grad", band="robust", hint="zeros_like, not zeros.")
def test_dtype_of_average_grad(student):
    """average_grad's average has the dtype of its parameter"""
    for dtype in FLOATS:
        check_dtype(student, "average_grad", "grad_avg", dtype, {"mom": 0.5})


@points(1, function="average_sqr_grad", band="robust", hint="zeros_like, not zeros.")
def test_dtype_of_average_sqr_grad(student):
    """average_sqr_grad's average has the dtype of its parameter"""
    for dtype in FLOATS:
        check_dtype(student, "average_sqr_grad", "sqr_avg", dtype, {"sqr_mom": 0.5})
