"""get_dls: one loader for training, one for validation.

A weaker suite lets pass: the two exchanged (right for equal data sets), both shuffled or neither, bs for both,
collate_fn handed to one of them only.

Training items are numbered from 0, validation items from 1000. A batch is what a collate_fn of the test's makes of
it: the word "collated" and the numbers.
"""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.get_dls import in_batches, loaders, numbers_of

items, sizes = st.integers(2, 12), st.integers(1, 5)


@points(
    2,
    function="get_dls",
    handout="one in order, in batches of 2·bs",
    hint="No backward pass: twice the batch size, and in order.",
)
@given(train=items, valid=items, bs=sizes)
@example(train=5, valid=5, bs=1)
@example(train=4, valid=9, bs=2)
@example(train=4, valid=8, bs=2)
@example(train=4, valid=3, bs=5)
def test_validation(student, train, valid, bs):
    """The second loader goes through the validation data in order, 2 · bs items at a time, at every pass"""
    for k, batches in enumerate(loaders(student, train, valid, bs, 2)["valid"]):
        what = f"get_dls with {valid} items for validation and bs={bs}: pass {k}"
        found = numbers_of(batches, what)
        lengths = [len(batch) for batch in found]
        require(
            lengths == in_batches(valid, 2 * bs),
            f"{what} comes in batches of {lengths} items, expected {in_batches(valid, 2 * bs)}",
        )
        got = [i for batch in found for i in batch]
        right = f"1000 to {999 + valid} in order"
        require(got == list(range(1000, 1000 + valid)), f"{what} holds items {got}, expected {right}")


@points(
    2,
    function="get_dls",
    handout="a loader that is shuffled, in batches of bs",
    hint="The training data, in batches of bs.",
)
@given(train=items, valid=items, bs=sizes)
@example(train=5, valid=4, bs=1)
@example(train=9, valid=4, bs=2)
@example(train=3, valid=4, bs=5)
def test_training(student, train, valid, bs):
    """The first loader goes through the training data, each item once in a pass, bs items at a time"""
    for k, batches in enumerate(loaders(student, train, valid, bs, 2)["train"]):
        what = f"get_dls with {train} items for training and bs={bs}: pass {k}"
        found = numbers_of(batches, what)
        lengths = [len(batch) for batch in found]
        require(
            lengths == in_batches(train, bs),
            f"{what} comes in batches of {lengths} items, expected {in_batches(train, bs)}",
        )
        got = sorted(i for batch in found for i in batch)
        require(got == list(range(train)), f"{what} holds items {got}, expected 0 to {train - 1}, once each")


@points(
    2, function="get_dls", handout=("a loader that is shuffled",), hint="Which of the two has to be shuffled?"
)
def test_training_is_shuffled(student):
    """The training data comes in an order of its own at each pass"""
    seen = loaders(student, 30, 30, 4, 3)
    orders = [[i for batch in numbers_of(one, "training") for i in batch] for one in seen["train"]]
    # Two of these four orders are equal with a probability below 6 / 30! = 2e-32.
    require(list(range(30)) not in orders, "the training data came in order, expected a shuffle")
    different = len({tuple(order) for order in orders})
    require(
        different == 3, f"3 passes over the training data came in {different} different orders, expected 3"
    )


@points(
    1,
    function="get_dls",
    handout="either data set may be without items",
    band="robust",
    hint="What goes into the sampler: does it allow for a data set of length 0?",
    beside="test_validation",
)
@pytest.mark.parametrize(("train", "valid"), [(5, 0), (0, 5)])
def test_a_data_set_without_items(student, train, valid):
    """Without items for validation, or for training, that loader has no batches, and the other all of its own;"""
    seen = loaders(student, train, valid, 2)
    for which, n, bs in (("train", train, 2), ("valid", valid, 4)):
        lengths = [len(batch) for batch in numbers_of(seen[which][0], f"the {which} loader")]
        right = in_batches(n, bs)
        require(
            lengths == right, f"the {which} loader of {n} items has batches of {lengths}, expected {right}"
        )


@points(
    1,
    function="get_dls",
    handout="collate_fn is passed on to both",
    stub="kwargs: a collate_fn for both.",
    hint="What get_dls is given by keyword, it hands on to both.",
)
@few_examples()
@given(train=st.integers(1, 6), valid=st.integers(1, 6), bs=sizes)
@example(train=3, valid=3, bs=2)
def test_collate_fn_is_handed_on(student, train, valid, bs):
    """collate_fn makes the batches of both loaders"""
    seen = loaders(student, train, valid, bs)
    for which in ("train", "valid"):
        for k, batch in enumerate(seen[which][0]):
            made = isinstance(batch, list) and batch[:1] == ["collated"]
            require(
                made, f"batch {k} of the {which} loader is {literal(batch)[:100]}: collate_fn did not make it"
            )


@points(1, function="get_dls", handout="and may be left out", hint="collate_fn can be left out.")
@few_examples()
@given(train=st.integers(1, 6), valid=st.integers(1, 6), bs=sizes)
@example(train=3, valid=3, bs=2)
def test_default_collate(student, train, valid, bs):
    """Without collate_fn the batches of both loaders are (xs, ys), as DataLoader makes them by default"""
    seen = loaders(student, train, valid, bs, collate_fn=False)
    for which in ("train", "valid"):
        for k, batch in enumerate(seen[which][0]):
            pair = isinstance(batch, (tuple, list)) and len(batch) == 2
            tensors = pair and all(isinstance(part, torch.Tensor) for part in batch)
            require(tensors, f"batch {k} of the {which} loader is {literal(batch)[:100]}, expected (xs, ys)")
