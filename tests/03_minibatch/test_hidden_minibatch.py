"""Longer scripts, more steps and larger data than in the public tests, compared with the answer key."""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens, few_examples, require

from .support.accumulate import ROUNDING
from .support.hidden_minibatch import batches, buildings, fits, histories, same_fits, same_looks


@deepens("test_asked_again")
@given(building=buildings())
def test_long_scripts(student, reference, building):
    """Many assignments, with looks in between, are seen as by the answer key"""
    same_looks(student, reference, building)


@deepens("test_plain_attributes")
@given(building=buildings(plain=True))
def test_long_scripts_with_numbers(student, reference, building):
    """Many assignments of layers and numbers are seen as by the answer key"""
    same_looks(student, reference, building)


@deepens("test_named_children")
@given(building=buildings())
def test_names_in_long_scripts(student, reference, building):
    """named_children() gives what the answer key's gives after many assignments"""
    same_looks(student, reference, building, "children")


@deepens("test_assigned_again")
@given(building=buildings(changes=True))
def test_long_scripts_with_changes(student, reference, building):
    """Assignments, deletions and nested modules in any order are seen as by the answer key"""
    same_looks(student, reference, building)


@deepens("test_a_layer_used_twice")
@few_examples(10)
@given(orders=st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=30), min_size=1, max_size=3))
def test_long_models(student, reference, orders):
    """Several long models that share layers call them as the answer key does"""
    layers = [
        ["affine", factor, summand] for factor, summand in ((1, 1), (-1, 2), (0.5, 0), (2, -1), (1, -3))
    ]
    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    seen, expected = (who.run("call_in_order", layers, orders, x) for who in (student, reference))
    for order, got, right in zip(orders, seen, expected, strict=True):
        require(got["called"] == right["called"], f"a model of the layers {order} called {got['called']}")
        assert_close(got["out"], right["out"], what=f"the output of a model of the layers {order}")


@deepens("test_without_gradient")
@few_examples(15)
@given(history=histories())
def test_long_histories(student, reference, history):
    """Many steps of several optimizers, also on the same parameters, go as with the answer key"""
    got, expected = (who.run("optimize", *history) for who in (student, reference))
    for k, event in enumerate(history[2]):
        for i in range(len(history[0])):
            what = f"after event {k} ({event[0]}), parameter {i}"
            assert_close(got["values"][k][i], expected["values"][k][i], what=what, scale=100.0, roundings=20)
            one, other = got["grads"][k][i], expected["grads"][k][i]
            empty = torch.zeros(2)
            one, other = (empty if g is None else g for g in (one, other))
            assert_close(one, other, what=f"{what}: its gradient", scale=100.0, roundings=20)


TWO, THREE = [(1, 0, 0), (0, 1, 1)], [(1, 0, 0), (0, 1, 0), (1, 1, 2)]
RAGGED = [{"epochs": 1, "train": [batches(TWO, [2])], "valid": [batches(THREE, [1, 2])]}]


@deepens("test_trajectory")
@few_examples(12)
@given(
    many=fits(even=True),
    lr=st.sampled_from([0.31, 0.047]),
    loss=st.sampled_from(["cross_entropy", "squared"]),
)
def test_long_fits(student, reference, many, lr, loss):
    """Several fits, with other data in each epoch, go as with the answer key"""
    same_fits(student, reference, many, lr, loss=loss)


@deepens("test_batches_of_any_sizes")
@few_examples(12)
@given(
    many=fits(even=False), middle=st.sampled_from(["", "doubles"]), kind=st.sampled_from(["sized", "unsized"])
)
@example(many=RAGGED, middle="doubles", kind="unsized")
def test_ragged_fits(student, reference, many, middle, kind):
    """Several fits with batches of any sizes and loaders of any kind go as with the answer key"""
    same_fits(student, reference, many, 0.1, middle=middle, batches=kind)


@deepens("test_accumulate_leftover")
@few_examples(10)
@given(many=fits(even=False), k=st.integers(1, 5))
def test_accumulating_fits(student, reference, many, k):
    """Several fits with accumulate go as with the answer key"""
    same_fits(student, reference, many, 0.2, rounding=10 * ROUNDING, accumulate=k)
