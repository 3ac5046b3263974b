"""Cases, strategies and checks of test_dataset.py."""

import torch
from hypothesis import strategies as st

from grader.suite import Mismatch, assert_dtype, assert_shape, require
from grader.suite.source import literal
from grader.suite.strategies import shapes, tensors

DTYPES = (
    torch.float32, torch.int64, torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.bool, torch.int32,
)  # fmt: skip
USUAL = (torch.float32, torch.int64)


def column(n: int, shape: tuple[int, ...], dtype: torch.dtype, first: int) -> torch.Tensor:
    """n entries of that shape, all numbers in it different as far as the dtype can tell them apart."""
    size = torch.Size(shape).numel()
    return torch.arange(first, first + n * size).reshape(n, *shape).to(dtype)


@st.composite
def data(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    """(x, y) of equal length, of any shapes, of floats or whole numbers."""
    n = draw(st.integers(2, 5))
    return tuple(
        column(n, draw(shapes(min_dims=0, max_dims=2, max_side=3)), draw(st.sampled_from(USUAL)), first=first)
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


@st.composite
def batches(draw: st.DrawFn, dtypes=USUAL) -> list:
    """1 to 4 items (x, y), all x of one shape and dtype, all y of one."""
    n = draw(st.integers(1, 4))
    x_shape, y_shape = (draw(shapes(min_dims=0, max_dims=3, max_side=3)) for _ in range(2))
    x_dtype, y_dtype = draw(st.sampled_from(dtypes)), draw(st.sampled_from([torch.int64, *dtypes]))
    if x_dtype == torch.float32:
        xs = [draw(tensors(x_shape, magnitude=9)) for _ in range(n)]
    else:
        xs = column(n, x_shape, x_dtype, 0)
    return list(zip(xs, column(n, y_shape, y_dtype, 10), strict=True))


def check_batch(got: object, batch: list) -> None:
    require(
        isinstance(got, (tuple, list)) and len(got) == 2,
        f"collate has to return a pair (xs, ys), but returned {literal(got)[:100]}",
    )
    for name, tensor, items in zip(("xs", "ys"), got, zip(*batch, strict=True), strict=True):
        assert_shape(tensor, (len(items), *items[0].shape), what=f"collate's {name}, of {len(items)} items,")
        for i, item in enumerate(items):
            check_equal(tensor[i], item, f"collate's {name}[{i}]")
