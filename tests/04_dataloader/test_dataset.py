"""Dataset and collate: items out of columns, and a batch out of items.

A weaker suite lets pass: x[i] and y given whole (right for one item), an index that may be an int only, targets that
become floats, items that are flattened or concatenated (right for items without dims), only the first two items
stacked (right for batches of two).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Mismatch, assert_dtype, assert_shape, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import LAYOUTS, laid_out, shapes, tensors

DTYPES = (
    torch.float32, torch.int64, torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.bool, torch.int32,
)  # fmt: skip


def column(n: int, shape: tuple[int, ...], dtype: torch.dtype, first: int) -> torch.Tensor:
    """n entries of that shape, all numbers in it different as far as the dtype can tell them apart."""
    size = torch.Size(shape).numel()
    return torch.arange(first, first + n * size).reshape(n, *shape).to(dtype)


@st.composite
def data(draw: st.DrawFn, min_items: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """(x, y) of equal length, of any shapes and dtypes."""
    n = draw(st.integers(min_items, 5))
    return tuple(
        column(
            n, draw(shapes(min_dims=0, max_dims=2, max_side=3)), draw(st.sampled_from(DTYPES)), first=first
        )
        for first in (0, 10)
    )


@st.composite
def data_and(draw: st.DrawFn, kind: str) -> tuple[torch.Tensor, torch.Tensor, object]:
    """(x, y, index): an int (from either end), a list of ints, a tensor of ints, or the parts of a slice."""
    x, y = draw(data())
    n = len(x)
    places = st.integers(0, n - 1)
    if kind == "int":
        return x, y, draw(st.integers(-n, n - 1))
    if kind == "slice":
        end = st.one_of(st.none(), st.integers(-n - 1, n + 1))
        return x, y, ["slice", draw(end), draw(end), draw(st.sampled_from([None, 1, 2]))]
    index = draw(st.lists(places, min_size=1, max_size=4))
    return x, y, index if kind == "list" else torch.tensor(index)


FOUR = (column(4, (2,), torch.float32, 0), column(4, (), torch.int64, 10))


def index_in_words(index: object) -> str:
    if isinstance(index, list) and index[:1] == ["slice"]:
        start, stop, step = ("" if part is None else str(part) for part in index[1:])
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return literal(index)


def check_item(student, case) -> None:
    x, y, index = case
    words = index_in_words(index)
    code = f"Dataset({literal(x)}, {literal(y)})[{words}]"
    seen = student.run("look_up", x, y, index, as_python=code)
    item = seen["item"]
    require(
        isinstance(item, (tuple, list)) and len(item) == 2,
        f"ds[{words}] has to be a pair (x[{words}], y[{words}]), but is {literal(item)[:100]} ({seen['kind']})",
    )
    place = slice(*index[1:]) if isinstance(index, list) and index[:1] == ["slice"] else index
    for name, got, expected in zip("xy", item, (x[place], y[place]), strict=True):
        check_equal(got, expected, f"ds[{words}][{'xy'.index(name)}], that is {name}[{words}],")


def check_equal(got: object, expected: torch.Tensor, what: str) -> None:
    assert_shape(got, tuple(expected.shape), what=what)
    assert_dtype(got, expected.dtype, what=what)
    if not torch.equal(got, expected):
        index = tuple(int(i) for i in (got != expected).nonzero()[0])
        place = f"{what} at {list(index)}" if index else what
        raise Mismatch(f"{place} is {got[index].item()}, expected {expected[index].item()}")


@points(1, function="Dataset", hint="How many entries has x?")
@given(columns=data(min_items=0))
@example(columns=FOUR)
@example(columns=(torch.zeros(0, 3), torch.zeros(0)))
def test_length_of_a_dataset(student, columns):
    """len(ds) is the number of items: that of x's first dim"""
    x, y = columns
    got = student.run("length_of_dataset", x, y, as_python=f"len(Dataset({literal(x)}, {literal(y)}))")
    require(got == len(x), f"len(ds) is {literal(got)}, expected {len(x)}")


@points(2, function="Dataset", hint="An item is a pair: index x, and index y.")
@given(case=data_and("int"))
@example(case=(*FOUR, 0))
@example(case=(*FOUR, 3))
@example(case=(*FOUR, -1))
def test_one_item(student, case):
    """ds[i] is (x[i], y[i]) for an int, counted from either end; shapes and dtypes are those of x and y"""
    check_item(student, case)


@points(1, function="Dataset", hint="Does your ds[i] do anything that only works for an int?")
@given(case=data_and("slice"))
@example(case=(*FOUR, ["slice", 1, 3, None]))
@example(case=(*FOUR, ["slice", None, None, None]))
@example(case=(*FOUR, ["slice", None, -1, 2]))
def test_a_slice_of_items(student, case):
    """ds[a:b] is (x[a:b], y[a:b])"""
    check_item(student, case)


@points(1, function="Dataset", hint="Does your ds[i] do anything that only works for an int?")
@given(case=st.one_of(data_and("list"), data_and("tensor")))
@example(case=(*FOUR, [2, 0, 2]))
@example(case=(*FOUR, torch.tensor([2, 0, 2])))
@example(case=(*FOUR, [3]))
def test_items_by_list_and_tensor(student, case):
    """ds[indices] is (x[indices], y[indices]) for a list and for a tensor of ints, in their order"""
    check_item(student, case)


@points(1, function="Dataset", hint="What belongs to one data set belongs into self.")
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


@points(1, function="Dataset", band="robust", hint="When can you tell that x and y don't belong together?")
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


@st.composite
def batches(draw: st.DrawFn, dtypes=(torch.float32,), layouts=("contiguous",)) -> list:
    """1 to 4 items (x, y), all x of one shape and dtype, all y of one."""
    n = draw(st.integers(1, 4))
    x_shape, y_shape = (draw(shapes(min_dims=0, max_dims=3, max_side=3)) for _ in range(2))
    x_dtype, y_dtype = draw(st.sampled_from(dtypes)), draw(st.sampled_from([torch.int64, *dtypes]))
    if x_dtype == torch.float32:
        xs = [draw(tensors(x_shape, magnitude=9, layouts=layouts)) for _ in range(n)]
    else:
        xs = [laid_out(x, draw(st.sampled_from(layouts))) for x in column(n, x_shape, x_dtype, 0)]
    return list(zip(xs, column(n, y_shape, y_dtype, 10), strict=True))


THREE = [(torch.tensor([1.0, 2.0]), torch.tensor(7)), (torch.tensor([3.0, 4.0]), torch.tensor(8)),
         (torch.tensor([5.0, 6.0]), torch.tensor(9))]  # fmt: skip
SQUARE = [(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([5, 6])),
          (torch.tensor([[7.0, 8.0], [9.0, 0.0]]), torch.tensor([1, 2]))]  # fmt: skip


def check_batch(got: object, batch: list) -> None:
    require(
        isinstance(got, (tuple, list)) and len(got) == 2,
        f"collate has to return a pair (xs, ys), but returned {literal(got)[:100]}",
    )
    for name, tensor, items in zip(("xs", "ys"), got, zip(*batch, strict=True), strict=True):
        assert_shape(tensor, (len(items), *items[0].shape), what=f"collate's {name}, of {len(items)} items,")
        for i, item in enumerate(items):
            check_equal(tensor[i], item, f"collate's {name}[{i}]")


@points(3, function="collate", hint="Turn a list of pairs into two lists, and make a tensor of each.")
@given(batch=batches(layouts=LAYOUTS))
@example(batch=THREE)
@example(batch=THREE[:1])
@example(batch=SQUARE)
def test_items_are_stacked(student, batch):
    """collate of n items (x, y) is (xs, ys): xs[i] is the i-th x, ys[i] the i-th y, along a new first dim"""
    check_batch(student.collate(batch), batch)


@points(1, function="collate", hint="Stacking tensors keeps their dtype. What does torch.tensor([...]) do?")
@given(batch=batches(dtypes=DTYPES))
@example(batch=[(torch.tensor([1.5], dtype=torch.float64), torch.tensor(2, dtype=torch.uint8))] * 2)
def test_collate_keeps_dtypes(student, batch):
    """collate keeps the dtype of the x and that of the y"""
    check_batch(student.collate(batch), batch)


@points(1, function="collate", hint="The caller may want to use the list again.")
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
