"""DataLoader: what the sampler says, fetched from the data set, put together by collate_fn, batch by batch.

A weaker suite lets pass: everything loaded before the first batch comes (right for whoever looks at batches only), a
loader that can be walked through once, a collate_fn that is ignored, batches that are remembered, falsy batches left
out, a pass that is kept in self.

Around the loader are stand-ins: a data set of items ("x3", "y3") that keeps a log, a sampler that is given index
tensors, a collate_fn that tells what it was given. No mistake in another class can show here.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.common import sampler_code
from .support.dataloader import asked_for, check_batches, loader_code

numbers = st.integers(0, 9)
index_lists = st.lists(st.lists(numbers, min_size=1, max_size=4), min_size=1, max_size=4)
different = st.lists(numbers, min_size=1, max_size=4, unique=True)
RAGGED = [[0, 1], [2, 3], [4]]


@points(
    4,
    function="DataLoader",
    handout="yields collate_fn([ds[i] for i in s]) for each s of the sampler",
    hint="For each of the sampler's tensors: a list of items, and collate_fn of it.",
)
@given(batches=index_lists)
@example(batches=RAGGED)
@example(batches=[[3, 0, 3]])
@example(batches=[[7], [7], [1]])
def test_batches_are_collated_items(student, batches):
    """For each index tensor s of the sampler comes collate_fn([ds[i] for i in s]), in the sampler's order"""
    code = loader_code(batches, "list(dl)")
    (got,) = student.run("loaded", "DataLoader", [batches], as_python=code)
    check_batches(got, batches, f"sampler: {batches}")


ANSWERS = [None, 0, [], False, "", "a batch", {"x": 1}, (1, 2, 3)]


@points(
    1,
    function="DataLoader",
    handout="a collate_fn may return something other than a pair",
    hint="Hand on whatever collate_fn answers.",
    beside="test_batches_are_collated_items",
)
@given(answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=4))
@example(answers=[None, 0])
@example(answers=[[], False, ""])
@example(answers=[{"x": 1}, (1, 2, 3)])
def test_any_answer_of_collate_fn(student, answers):
    """A batch is what collate_fn answers: a dict, a number, None, nothing at all"""
    batches = [[k] for k in range(len(answers))]
    code = (
        f"answers = iter({literal(answers)})\n"
        f"list(DataLoader(range(10), {sampler_code(batches)}, collate_fn=lambda batch: next(answers)))"
    )
    (got,) = student.run("loaded", "DataLoader", [batches], answers, as_python=code)
    require(
        literal(got) == literal(answers),
        f"collate_fn answered {literal(answers)}, but what came is {literal(got)}",
    )


@points(
    1,
    function="DataLoader",
    handout="and may keep the list that it is given: each batch has a list of its own.",
    hint="Each batch has a list of its own, which nobody empties or fills later.",
)
def test_each_batch_is_a_list_of_its_own(student):
    """A collate_fn may keep the list that it is given: the next batch comes as another one"""
    batches = [[0, 1], [2, 3], [4]]
    code = f"list(DataLoader(range(10), {sampler_code(batches)}, collate_fn=lambda batch: batch))"
    got = student.run("lists", "DataLoader", batches, as_python=code)
    require(
        literal(got) == literal(batches),
        f"collate_fn handed on its list of items; at the end of the pass, the batches are {literal(got)}, "
        f"expected {literal(batches)}",
    )


@points(
    1,
    function="DataLoader",
    handout="DataLoader(ds, sampler, collate_fn=collate)",
    hint="There is a collate_fn by default: the collate that you wrote.",
)
@few_examples()
@given(batches=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=3))
@example(batches=[[0, 1], [2, 3]])
@example(batches=[[2, 0, 1], [3]])
def test_collate_is_the_default(student, batches):
    """Without a collate_fn, collate makes the batches: (xs, ys)"""
    x, y = torch.arange(8.0).reshape(4, 2), torch.arange(10, 14)
    code = f"x, y = {literal(x)}, {literal(y)}\nlist(DataLoader(list(zip(x, y)), {sampler_code(batches)}))"
    got = student.run("load_with_own_collate", x, y, batches, as_python=code)
    require(len(got) == len(batches), f"{len(got)} batches came, expected {len(batches)}")
    for k, (batch, indices) in enumerate(zip(got, batches, strict=True)):
        pair = isinstance(batch, (tuple, list)) and len(batch) == 2
        require(pair, f"batch {k} has to be (xs, ys), but is {literal(batch)[:100]}")
        for name, part, expected in zip(("xs", "ys"), batch, (x[indices], y[indices]), strict=True):
            same = isinstance(part, torch.Tensor) and torch.equal(part, expected)
            require(same, f"{name} of batch {k} is {literal(part)[:100]}, expected {literal(expected)}")


@points(
    4,
    function="DataLoader",
    handout="reads the items of a batch when it is asked for, and no others",
    hint="A generator does nothing before it is asked, and goes on where it was.",
)
@given(batches=st.lists(different, min_size=1, max_size=4), passes=st.integers(1, 2))
@example(batches=RAGGED, passes=1)
@example(batches=[[3, 0], [1]], passes=2)
@example(batches=[[0]], passes=1)
def test_lazy(student, batches, passes):
    """A batch's items are asked for when that batch is, each of them once, and no others are"""
    code = loader_code(batches, 'for batch in dl: print("batch", batch)\n' * passes)
    story = student.run("story", batches, passes, as_python=code)
    expected = {
        f"when pass {p} asked for batch {k}": batch for p in range(passes) for k, batch in enumerate(batches)
    }
    for when, items in asked_for(story, passes):
        right = expected.get(when, [])
        require(
            sorted(items) == sorted(right),
            f"sampler: {batches}; {when}, items {items} were asked for, expected {right or 'none'}",
        )


@points(
    1,
    function="DataLoader",
    handout="an index that comes twice in s is read twice",
    band="robust",
    hint="A data set may cut each picture at random, say: two readings of one index are two items.",
    beside="test_batches_are_collated_items",
)
def test_each_item_is_read_anew(student):
    """Where an index comes twice in a batch, the data set is asked twice, and both answers are in the batch"""
    code = (
        "class Readings:\n    n = 0\n    def __len__(self): return 10\n"
        "    def __getitem__(self, i): self.n += 1; return int(i), f'reading {self.n}'\n"
        "list(DataLoader(Readings(), [torch.tensor([3, 0, 3])], collate_fn=list))"
    )
    got = student.run("read_anew", [3, 0, 3], as_python=code)
    what = "sampler: [3, 0, 3]; of the data set's answers (index, number of the reading), the batch has"
    require([i for i, _ in got] == [3, 0, 3], f"{what} {got}, expected those to 3, 0 and 3")
    require(len({n for _, n in got}) == 3, f"{what} {got}: one of them twice")


@points(
    2,
    function="DataLoader",
    handout="can be iterated again",
    hint="Ask the sampler and the data set again at each pass, and keep no batches.",
)
@given(passes=st.lists(index_lists, min_size=2, max_size=3))
@example(passes=[RAGGED, RAGGED])
@example(passes=[RAGGED, [[4, 3], [2, 1], [0]]])
@example(passes=[[[0]], [[1], [2]], [[3]]])
def test_passes_of_a_loader(student, passes):
    """Each loop over a DataLoader is a new pass of its sampler, which may say something else each time"""
    code = loader_code(passes[0], "list(dl)\nlist(dl)")
    all_equal = all(p == passes[0] for p in passes)
    got = student.run("loaded", "DataLoader", passes, as_python=code if all_equal else None)
    for k, (one, batches) in enumerate(zip(got, passes, strict=True)):
        check_batches(one, batches, f"pass {k}, in which the sampler says {batches}")
