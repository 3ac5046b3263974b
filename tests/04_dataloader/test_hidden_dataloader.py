"""Larger cases compared with the answer key, and all orders of a few items counted."""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import deepens, few_examples, require
from grader.suite.source import literal
from grader.suite.statistics import EveryOrder, Shuffles

PASSES = 4000
EVERY_ORDER = EveryOrder(4, PASSES, discrepancy=0.04)
SHUFFLES = Shuffles(16, 2000)


@deepens("test_shuffles_are_uniform")
def test_every_order_of_four_items(student):
    """Each of the 24 orders of four items is equally likely"""
    orders = student.run("orders", 4, 3, PASSES)
    require(isinstance(orders, torch.Tensor), f"a pass over 4 items with bs=3 came as {literal(orders)}")
    EVERY_ORDER.check(orders, what="the Sampler with 4 items and bs=3")


@deepens("test_shuffles_are_uniform")
def test_uniform_in_one_batch(student):
    """Every order is equally likely, too, when all items come in one batch"""
    orders = student.run("orders", 16, 16, 2000)
    require(isinstance(orders, torch.Tensor), f"a pass over 16 items, bs=16, came as {literal(orders)}")
    SHUFFLES.check(orders, what="the Sampler with 16 items and bs=16")


@deepens("test_passes_are_independent")
def test_passes_of_new_samplers_are_independent(student):
    """The order that a new Sampler gives tells nothing about that of the next one"""
    orders = student.run("orders", 16, 4, 2001, fresh=True)
    require(isinstance(orders, torch.Tensor), f"a pass over 16 items, bs=4, came as {literal(orders)}")
    SHUFFLES.check_steps(orders, what="a new Sampler for each pass")


@deepens("test_in_order")
@given(n=st.integers(2, 200), bs=st.integers(1, 60))
@example(n=200, bs=50)
@example(n=199, bs=50)
@example(n=201, bs=50)
def test_order_of_many_items(student, reference, n, bs):
    """Many items in order, in the answer key's batches"""
    (got,), (expected,) = (who.run("sampled", n, bs) for who in (student, reference))
    lengths, right = ([len(batch) for batch in one] for one in (got, expected))
    require(lengths == right, f"{n} items, bs={bs}: batches of {lengths}, expected {right}")
    for k, (one, other) in enumerate(zip(got, expected, strict=True)):
        require(
            torch.equal(torch.as_tensor(one), other), f"{n} items, bs={bs}: batch {k} is {literal(one)[:200]}"
        )


@deepens("test_two_loops_over_a_sampler")
@few_examples(10)
@given(n=st.integers(20, 60), bs=st.integers(1, 5), script=st.lists(st.integers(0, 1), max_size=30))
def test_long_scripts_of_two_loops(student, n, bs, script):
    """Two shuffled loops that take many turns: each has every item once, in an order of its own"""
    loops = student.run("walk_samplers", n, bs, script, True)
    orders = [[i for batch in loop for i in batch] for loop in loops]
    for name, order in zip("ab", orders, strict=True):
        require(sorted(order) == list(range(n)), f"loop {name} over {n} items, bs={bs}, got {order}")
    # Two orders of 20 items or more are equal with a probability of at most 1 / 20! = 4e-19.
    require(orders[0] != orders[1], f"two loops over {n} items, bs={bs}, came in the same order")


@deepens("test_lazy")
@given(
    batches=st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=9), min_size=1, max_size=12),
    passes=st.integers(1, 3),
)
def test_the_same_story(student, reference, batches, passes):
    """The data set and collate_fn are asked for the same things in the same order as by the answer key"""
    got, expected = (who.run("story", batches, passes) for who in (student, reference))
    for k, (one, other) in enumerate(zip(got, expected, strict=False)):
        require(
            one == other,
            f"sampler: {batches}; event {k} is {literal(one)[:200]}, expected {literal(other)[:200]}",
        )
    require(len(got) == len(expected), f"sampler: {batches}; {len(got)} events, expected {len(expected)}")


@deepens("test_validation")
@given(train=st.integers(2, 50), valid=st.integers(2, 50), bs=st.integers(1, 20))
def test_the_same_validation(student, reference, train, valid, bs):
    """get_dls gives the validation batches of the answer key, and training batches of the same sizes"""
    got, expected = (who.run("two_loaders", train, valid, bs) for who in (student, reference))
    require(
        got.get("valid") == expected["valid"],
        f"{valid} items, bs={bs}: {literal(got.get('valid'))[:200]}, expected {expected['valid']}",
    )
    sizes, right = ([len(batch) for batch in of["train"][0]] for of in (got, expected))
    require(sizes == right, f"{train} items for training, bs={bs}: batches of {sizes}, expected {right}")
