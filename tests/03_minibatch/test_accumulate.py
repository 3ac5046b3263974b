"""fit(..., accumulate=k): steps of several batches together.

A weaker suite lets pass: gradients that are summed, not averaged (right at k = 1), averaged over batches (right
for batches of one size), the last group divided by k although it is smaller, or lost, or left for the next epoch.
Training batch k has x = 2^k, and the gradient of its loss is that number: the step's gradient tells what is in it.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

from .support.accumulate import ROUNDING, check, fit_as_python
from .support.common import X, Y


@points(
    2,
    function="fit",
    handout="a step every k batches, equal to one step on the joined batch",
    band="stretch",
    hint="∇ of the mean over k equal batches: what stands before each batch's ∇?",
)
@given(k=st.integers(1, 4), n_steps=st.integers(1, 3), size=st.integers(1, 3), epochs=st.integers(1, 2))
@example(k=2, n_steps=1, size=1, epochs=1)
@example(k=1, n_steps=2, size=1, epochs=1)
@example(k=2, n_steps=2, size=2, epochs=2)
def test_accumulate(student, k, n_steps, size, epochs):
    """With equal batches, each step is that of k batches joined, and there is one for every k batches"""
    check(student, epochs, [size] * (k * n_steps), k)


@points(
    1,
    function="fit",
    handout="a step every k batches, equal to one step on the joined batch",
    band="stretch",
    hint="A batch of three items weighs three times as much as a batch of one.",
)
@given(k=st.integers(2, 3), sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3))
@example(k=2, sizes=[1])
@example(k=2, sizes=[3, 1])
def test_accumulate_ragged(student, k, sizes):
    """With batches of different sizes, each step is that of the joined batch, in which each item weighs the same"""
    check(student, 1, [*sizes, *[1] * (-len(sizes) % k)], k)


@points(
    1,
    function="fit",
    handout="the batches left over at the end of an epoch make a step, too",
    band="stretch",
    hint="What is in .grad when the last batch of the epoch is through?",
)
@given(
    k=st.integers(2, 5), sizes=st.lists(st.integers(1, 3), min_size=1, max_size=5), epochs=st.integers(1, 2)
)
@example(k=2, sizes=[1], epochs=1)
@example(k=2, sizes=[1, 1, 1], epochs=2)
@example(k=3, sizes=[2, 1, 2, 1, 1], epochs=2)
@example(k=5, sizes=[1, 1], epochs=2)
def test_accumulate_leftover(student, k, sizes, epochs):
    """What is left over at the end of an epoch is a step of its own, right in its length; the next epoch starts anew"""
    check(student, epochs, sizes, k)


@points(
    1,
    function="fit",
    handout="equal to one step on the joined batch",
    band="stretch",
    hint="Do the weights change between the batches of one step?",
)
@few_examples(10)
@given(
    w=tensors((2, 3), magnitude=2.0),
    sizes=st.lists(st.integers(1, 2), min_size=2, max_size=3),
    k=st.integers(1, 3),
)
@example(w=torch.ones(2, 3), sizes=[2, 2, 1], k=2)
def test_accumulate_is_the_joined_batch(student, w, sizes, k):
    """The weights after each step, and the result, are those of a fit on the joined batches"""
    n = sum(sizes)
    small = [list(pair) for pair in zip(X[:n].split(sizes), Y[:n].split(sizes), strict=True)]
    joined = [
        [torch.cat(part) for part in zip(*small[i : i + k], strict=True)] for i in range(0, len(small), k)
    ]
    valid = [[[X, Y]]]
    got, plain = (
        student.run(
            "train",
            w,
            [{"epochs": 2, "train": [train], "valid": valid}],
            lr=0.3,
            accumulate=a,
            as_python=fit_as_python(w, train, a),
        )
        for train, a in ((small, k), (joined, 1))
    )
    text = f"batches of {sizes} items with accumulate={k}, compared with accumulate=1 on joined batches"
    require(
        len(got["path"]) == len(plain["path"]), f"{text}: {len(got['path'])} and {len(plain['path'])} steps"
    )
    for i, (one, other) in enumerate(zip(got["path"], plain["path"], strict=True)):
        assert_close(
            one, other, what=f"{text}: w after step {i}", atol=ROUNDING * (1 + float(other.abs().max()))
        )
    for one, other in zip(got["results"], plain["results"], strict=True):
        pairs = isinstance(one, list) and isinstance(other, list) and len(one) == len(other) == 2
        require(pairs, f"{text}: fit returned {literal(one)[:80]} and {literal(other)[:80]}")
        assert_close(one[0], other[0], what=f"{text}: the loss", atol=1e-5 * (1 + abs(float(other[0]))))
