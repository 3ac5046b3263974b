"""Dataset and collate: items out of columns, and a batch out of items.

A weaker suite lets pass: x[i] and y given whole (right for one item), an index that may be an int only, targets that
become floats, items that are flattened or concatenated (right for items without dims), only the first two items
stacked (right for batches of two).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.dataset import DTYPES, batches, check_batch, check_equal, check_item, column, data, data_and

FOUR = (column(4, (2,), torch.float32, 0), column(4, (), torch.int64, 10))


@points(
    1,
    function="Dataset",
    handout="len is that of x",
    stub="The number of items.",
    hint="How many entries has x?",
)
@given(columns=data())
@example(columns=FOUR)
def test_length_of_a_dataset(student, columns):
    """len(ds) is the number of items: that of x's first dim"""
    x, y = columns
    got = student.run("length_of_dataset", x, y, as_python=f"len(Dataset({literal(x)}, {literal(y)}))")
    require(got == len(x), f"len(ds) is {literal(got)}, expected {len(x)}")


@points(
    2,
    function="Dataset",
    handout="[i] for an int, … is the pair (x[i], y[i])",
    hint="An item is a pair: index x, and index y.",
)
@given(case=data_and("int"))
@example(case=(*FOUR, 0))
@example(case=(*FOUR, 3))
@example(case=(*FOUR, -1))
def test_one_item(student, case):
    """ds[i] is (x[i], y[i]) for an int, counted from either end; shapes and dtypes are those of x and y"""
    check_item(student, case)


@points(
    1,
    function="Dataset",
    handout="[i] for … a slice, … is the pair (x[i], y[i])",
    hint="Does your ds[i] do anything that only works for an int?",
)
@given(case=data_and("slice"))
@example(case=(*FOUR, ["slice", 1, 3, None]))
@example(case=(*FOUR, ["slice", None, None, None]))
@example(case=(*FOUR, ["slice", None, -1, 2]))
def test_a_slice_of_items(student, case):
    """ds[a:b] is (x[a:b], y[a:b])"""
    check_item(student, case)


@points(
    1,
    function="Dataset",
    handout="[i] for … an int64 tensor or a list of ints is the pair (x[i], y[i])",
    hint="Does your ds[i] do anything that only works for an int?",
)
@given(case=st.one_of(data_and("list"), data_and("tensor")))
@example(case=(*FOUR, [2, 0, 2]))
@example(case=(*FOUR, torch.tensor([2, 0, 2])))
@example(case=(*FOUR, [3]))
def test_items_by_list_and_tensor(student, case):
    """ds[indices] is (x[indices], y[indices]) for a list and for a tensor of ints, in their order"""
    check_item(student, case)


@points(
    1,
    function="Dataset",
    handout="is the pair (x[i], y[i])",
    hint="What belongs to one data set belongs into self.",
)
@few_examples()
@given(one=data(), two=data())
@example(one=FOUR, two=(FOUR[0][:2] + 100, FOUR[1][:2] + 100))
def test_two_datasets(student, one, two):
    """A data set keeps its own columns when another one is made"""
    item, length, item_2, length_2 = student.run("look_up_in_two", one, two, 0)
    for which, got, n, (x, y) in (("first", item, length, one), ("second", item_2, length_2, two)):
        require(n == len(x), f"the length of the {which} of two data sets is {literal(n)}, expected {len(x)}")
        for part, expected in zip(got, (x[0], y[0]), strict=True):
            check_equal(part, expected, f"item 0 of the {which} of two data sets")


@points(
    1,
    function="Dataset",
    handout="ValueError on construction when the lengths differ",
    band="robust",
    hint="When can you tell that x and y don't belong together?",
)
@given(lengths=st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True))
@example(lengths=[3, 2])
@example(lengths=[2, 3])
@example(lengths=[1, 0])
@example(lengths=[0, 1])
def test_columns_of_other_lengths(student, lengths):
    """Dataset(x, y) raises ValueError when x and y are of different lengths"""
    x, y = torch.zeros(lengths[0], 2), torch.zeros(lengths[1])
    with student.raises("ValueError", f"Dataset(x, y) with {lengths[0]} x and {lengths[1]} y"):
        student.run("length_of_dataset", x, y, as_python=f"Dataset({literal(x)}, {literal(y)})")


THREE = [(torch.tensor([1.0, 2.0]), torch.tensor(7)), (torch.tensor([3.0, 4.0]), torch.tensor(8)),
         (torch.tensor([5.0, 6.0]), torch.tensor(9))]  # fmt: skip

SQUARE = [(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([5, 6])),
          (torch.tensor([[7.0, 8.0], [9.0, 0.0]]), torch.tensor([1, 2]))]  # fmt: skip


@points(
    3,
    function="collate",
    handout="a list of (x, y), tensors of equal shapes, gives the pair (stacked xs, stacked ys)",
    stub="stacked along a new first dim.",
    hint="Turn a list of pairs into two lists, and make a tensor of each.",
)
@given(batch=batches())
@example(batch=THREE)
@example(batch=THREE[:1])
@example(batch=SQUARE)
def test_items_are_stacked(student, batch):
    """collate of n items (x, y) is (xs, ys): xs[i] is the i-th x, ys[i] the i-th y, along a new first dim"""
    check_batch(student.collate(batch), batch)


@points(
    1,
    function="collate",
    band="robust",
    handout="the dtype of the xs and that of the ys stay, whatever they are",
    hint="Stacking tensors keeps their dtype. What does torch.tensor([...]) do?",
)
@given(batch=batches(dtypes=DTYPES))
@example(batch=[(torch.tensor([1.5], dtype=torch.float64), torch.tensor(2, dtype=torch.uint8))] * 2)
def test_collate_keeps_dtypes(student, batch):
    """collate keeps the dtype of the x and that of the y"""
    check_batch(student.collate(batch), batch)


@points(
    1,
    function="collate",
    handout="the list stays as it was",
    hint="The caller may want to use the list again.",
    beside="test_items_are_stacked",
)
@few_examples()
@given(batch=batches())
@example(batch=THREE)
def test_collate_leaves_the_batch(student, batch):
    """collate leaves the list of items as it was"""
    seen = student.run(
        "collate_and_look", batch, as_python=f"batch = {literal(batch)}; collate(batch); batch"
    )
    require(
        seen["length"] == len(batch) and not seen["changed"],
        f"after collate the list of {len(batch)} items has {seen['length']}, changed: {seen['changed']}",
    )
