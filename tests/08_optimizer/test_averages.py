"""The running averages: call by call, each call given what the one before returned.

A weaker suite lets pass: dampening that is forgotten or always there (right up to the learning rate), a first average
that is the gradient (right without dampening), an average that *is* the gradient (right until that is written over).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.averages import check_average, check_dtype
from .support.common import f64, tensors

MOMS = st.sampled_from([0.9, 0.5, 0.0, 0.99])
PAST = st.integers(1, 4).flatmap(tensors)
PLAIN = (f64([1.0, -2.0]), f64([0.5, 0.0]), f64([-1.0, 4.0]))


@points(
    2,
    function="average_grad",
    hint="Without dampening, no (1 - mom) anywhere. Before the first step the average is 0.",
    handout=(
        "return grad_avg … in a dict",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub=("Before the first step the average is 0.", "Without dampening: mom · grad_avg + grad."),
)
@few_examples(10)
@given(grads=PAST, mom=MOMS)
@example(grads=PLAIN, mom=0.9)
@example(grads=PLAIN, mom=0.0)
def test_average_grad(student, grads, mom):
    """average_grad: grad_avg · mom + grad, from 0 on, in a dict with the key grad_avg"""
    check_average(student, "average_grad", "grad_avg", grads, {"mom": mom}, lambda a, g: a * mom + g)


@points(
    2,
    function="average_grad",
    hint="mom of the old average, and what is left to 1 of the gradient.",
    handout="return grad_avg … in a dict",
    stub=("Before the first step the average is 0.", "With dampening: mom · grad_avg + (1 - mom) · grad."),
)
@few_examples(10)
@given(grads=PAST, mom=MOMS)
@example(grads=PLAIN, mom=0.9)
@example(grads=PLAIN, mom=0.0)
def test_dampened_average_grad(student, grads, mom):
    """average_grad with dampening=True: mom · grad_avg + (1 - mom) · grad, from 0 on"""
    keywords = {"mom": mom, "dampening": True}
    check_average(student, "average_grad", "grad_avg", grads, keywords, lambda a, g: mom * a + (1 - mom) * g)


@points(
    2,
    function="average_sqr_grad",
    hint="It is always dampened, and it is the gradient that is squared.",
    handout=(
        "return … sqr_avg … in a dict",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub='Return {"sqr_avg": sqr_mom · sqr_avg + (1 - sqr_mom) · grad²}. Before the first step the average is 0.',
)
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
    handout="It is never the gradient's own tensor: the next backward writes into that one.",
)
@few_examples()
@given(grads=PAST, mom=MOMS, dampening=st.booleans())
@example(grads=PLAIN, mom=0.5, dampening=False)
@example(grads=PLAIN, mom=0.0, dampening=False)
@example(grads=PLAIN, mom=0.0, dampening=True)
def test_average_is_no_gradient(student, grads, mom, dampening):
    """average_grad keeps an average of its own, which doesn't change when the gradient is written over"""
    share, keywords = 1 - mom if dampening else 1, {"mom": mom, "dampening": dampening}
    check_average(
        student, "average_grad", "grad_avg", grads, keywords, lambda a, g: mom * a + share * g, True
    )


FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]


@points(
    1,
    function="average_grad",
    band="robust",
    hint="zeros_like, not zeros.",
    handout="An average has its parameter's dtype",
)
def test_dtype_of_average_grad(student):
    """average_grad's average has the dtype of its parameter"""
    for dtype in FLOATS:
        check_dtype(student, "average_grad", "grad_avg", dtype, {"mom": 0.5})


@points(
    1,
    function="average_sqr_grad",
    band="robust",
    hint="zeros_like, not zeros.",
    handout="An average has its parameter's dtype",
)
def test_dtype_of_average_sqr_grad(student):
    """average_sqr_grad's average has the dtype of its parameter"""
    for dtype in FLOATS:
        check_dtype(student, "average_sqr_grad", "sqr_avg", dtype, {"sqr_mom": 0.5})
