"""What fit returns, and what it asks of its data.

A weaker suite lets pass: the average over batches (right as long as all are of one size), totals that are kept from
epoch to epoch, the first or the best validation in place of the last, the training loss in place of it.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.strategies import tensors

from .support.fit_results import batches, check_result, fit, in_words

W = torch.tensor([[0.5, -0.5, 0.0], [0.0, 1.0, -1.0]])
ITEMS = [(1, 0, 0), (0, 1, 2), (2, -1, 1), (-1, 1, 0), (1, 1, 2), (-2, 0, 1), (2, 2, 0)]
number = st.integers(-2, 2)
item = st.tuples(number, number, st.integers(0, 2))
weights = tensors((2, 3), magnitude=2.0)


@points(
    2,
    function="fit",
    handout="Returns (loss, accuracy) of the last validation, floats or 0-d tensors",
    hint="Average over what was validated, with the weights as they are after training.",
)
@given(
    w=weights, items=st.lists(item, min_size=2, max_size=6), cuts=st.integers(1, 3), epochs=st.integers(1, 2)
)
@example(w=W, items=ITEMS[:2], cuts=1, epochs=1)
@example(w=W, items=ITEMS[:4], cuts=2, epochs=1)
@example(w=W, items=ITEMS[:6], cuts=3, epochs=2)
def test_result(student, w, items, cuts, epochs):
    """The result is (loss, accuracy) on the validation set after training, here with batches of one size"""
    size = max(len(items) // cuts, 2)
    valid = batches(items[: len(items) // size * size], size)
    got = fit(student, w, [batches(ITEMS[:3], 3)], [valid], epochs)
    check_result(got["results"][0], got["w"], valid, in_words(valid, epochs))


@points(
    1,
    function="fit",
    handout="Returns (loss, accuracy) of the last validation",
    hint="Where do the totals begin at zero: once, or once an epoch?",
)
@given(w=weights, sets=st.lists(st.lists(item, min_size=2, max_size=2), min_size=2, max_size=3))
@few_examples(12)
@example(w=W, sets=[ITEMS[:2], ITEMS[2:4]])
@example(w=W, sets=[[(2, 0, 0), (0, 2, 1)], [(2, 0, 1), (0, 2, 0)]])
def test_last_validation(student, w, sets):
    """The result is that of the last epoch's validation alone: not the first, the best or all of them together"""
    valid = [batches(s, 2) for s in sets]
    got = fit(student, w, [batches(ITEMS[:3], 3)], valid, len(sets))
    text = f"{len(sets)} epochs, each with another validation set of 2 items"
    check_result(got["results"][0], got["w"], valid[-1], text)


@points(
    1,
    function="fit",
    handout="Returns (loss, accuracy) of the last validation",
    hint="What does a fit remember of the one before?",
)
def test_result_of_a_second_fit(student):
    """The result of a second fit is its own"""
    valid = batches(ITEMS[:4], 2)
    got = fit(student, W, [batches(ITEMS[:3], 3)], [valid], times=2)
    # One fit of two epochs ends with the same weights.
    check_result(got["results"][1], got["w"], valid, f"the second of two fits, {in_words(valid)}")


@points(
    3,
    function="fit",
    handout="averages per item, whatever the batch sizes",
    band="robust",
    hint="Each batch's mean stands for how many items?",
)
@given(w=weights, items=st.lists(item, min_size=2, max_size=7), cut=st.integers(1, 6))
@example(w=W, items=ITEMS[:3], cut=2)
@example(w=W, items=ITEMS, cut=3)
@example(w=W, items=ITEMS, cut=6)
def test_average_per_item(student, w, items, cut):
    """Loss and accuracy are averages over the items, also when the last batch is a smaller one"""
    valid = batches(items, cut)
    got = fit(student, w, [batches(ITEMS[:3], 3)], [valid])
    check_result(got["results"][0], got["w"], valid, in_words(valid))


@points(
    1,
    function="fit",
    handout="averages per item, whatever the batch sizes",
    band="robust",
    hint="Neither the first batch nor the last tells the size of the others.",
)
@few_examples(12)
@given(w=weights, sizes=st.lists(st.integers(1, 3), min_size=2, max_size=4), offset=st.integers(0, 6))
@example(w=W, sizes=[1, 2], offset=0)
@example(w=W, sizes=[1, 3, 2], offset=0)
def test_batches_of_any_sizes(student, w, sizes, offset):
    """The averages are per item with batches of any sizes, in any order"""
    items = [ITEMS[(offset + i) % len(ITEMS)] for i in range(sum(sizes))]
    valid = batches(items, *sizes)
    got = fit(student, w, [batches(ITEMS[:3], 3)], [valid])
    check_result(got["results"][0], got["w"], valid, in_words(valid))


@points(
    1,
    function="fit",
    handout="averages per item, whatever the batch sizes",
    band="robust",
    hint="Did the items change, or only the way they were cut into batches?",
)
@given(
    w=weights,
    items=st.lists(item, min_size=3, max_size=7),
    sizes=st.tuples(st.integers(1, 8), st.integers(1, 8)),
)
@few_examples(12)
@example(w=W, items=ITEMS, sizes=(2, 7))
@example(w=W, items=ITEMS, sizes=(4, 1))
def test_whatever_the_batch_size(student, w, items, sizes):
    """The result is the same whatever the batch size in validation"""
    results = []
    for size in sizes:
        valid = batches(items, size)
        results.append(fit(student, w, [batches(ITEMS[:3], 3)], [valid])["results"][0])
        require(isinstance(results[-1], list) and len(results[-1]) == 2, "fit has to return (loss, accuracy)")
    for name, one, other in zip(("loss", "accuracy"), *results, strict=True):
        text = f"{len(items)} items validated in batches of {sizes[0]}, compared with {sizes[1]}: the {name}"
        assert_close(one, other, what=text, atol=1e-5 * (1 + abs(float(other))))
