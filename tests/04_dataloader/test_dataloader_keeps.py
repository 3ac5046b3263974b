"""DataLoader, and what it keeps: nothing of a pass, nothing of a batch, and its own data set.

A weaker suite lets pass: a pass that is kept in self (right for one loop at a time), batches that are collected on
the way (right until the memory is full), attributes of the class where those of the object belong.

Stand-ins as in test_dataloader.py.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.common import items_of, sampler_code
from .support.dataloader_keeps import check_two_loops, two_loops_code

index_lists = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=4)
RAGGED = [[0, 1], [2, 3], [4]]


@points(
    2,
    function="DataLoader",
    handout="can be iterated … by two loops at once",
    hint="What a pass needs to know belongs to the pass, not into self.",
)
@given(
    one=index_lists, two=index_lists, script=st.lists(st.integers(0, 1), max_size=8).map(lambda s: [0, *s])
)
@example(one=RAGGED, two=RAGGED, script=[0, 1, 0, 1])
@example(one=RAGGED, two=[[5], [6, 7]], script=[0, 1, 1, 1, 0])
@example(one=RAGGED, two=[[5], [6, 7]], script=[0, 0, 1])
def test_two_loops_over_a_loader(student, one, two, script):
    """Two loops over one DataLoader at the same time: each gets all batches of a pass of its own"""
    code = two_loops_code(one, script) if one == two else None
    loops = student.run("walk_loaders", "DataLoader", [one, two], script, as_python=code)
    check_two_loops(loops, one, two, script)


@points(
    1,
    function="DataLoader",
    handout="yields collate_fn([ds[i] for i in s]) for each s of the sampler",
    hint="What belongs to one loader belongs into self.",
)
@few_examples()
@given(one=index_lists, two=index_lists)
@example(one=RAGGED, two=[[5, 6], [7]])
def test_two_loaders(student, one, two):
    """A DataLoader keeps its own data set, sampler and collate_fn when another one is made"""
    for name, got, batches in zip(("one", "two"), student.run("load_two", one, two), (one, two), strict=True):
        expected = [[name, *items_of(batch)] for batch in batches]
        require(got == expected, f"loader {name} of two gave {literal(got)[:200]}, expected {expected}")


KEEPS = """import weakref
class Batch: pass
alive = []
def collate_fn(items): batch = Batch(); alive.append(weakref.ref(batch)); return batch
dl = DataLoader(range(10), {sampler}, collate_fn=collate_fn)
for batch in dl: print(sum(b() is not None for b in alive), "batches are alive")
del batch; sum(b() is not None for b in alive)"""


@points(
    2,
    function="DataLoader",
    handout="holds no batch but the last one handed out",
    hint="Who still refers to a batch that has been handed out?",
    beside="test_batches_are_collated_items",
)
@few_examples()
@given(sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4))
@example(sizes=[2, 2, 1])
def test_keeps_no_batches(student, sizes):
    """A batch that the loop has let go of, and its items, are not kept alive by the loader"""
    code = KEEPS.format(sampler=sampler_code([list(range(size)) for size in sizes]))
    kept = student.run("what_a_loader_keeps", sizes, as_python=code)
    for k, (batches, items) in enumerate(kept):
        last = k == len(sizes)
        when = "after the pass" if last else f"when batch {k} of {len(sizes)} had come, of those before it,"
        require(not batches, f"{when} batches that are still alive: {batches}, expected none")
        require(not items, f"{when} items that are still alive: {items}, expected none")


@points(
    1,
    function="DataLoader",
    handout="len is the sampler's",
    band="robust",
    hint="How many batches are there? Who knows?",
)
@given(length=st.integers(0, 5))
@example(length=3)
@example(length=0)
def test_length_of_a_loader(student, length):
    """len(dl) is the number of the sampler's batches"""
    code = f"class S:\n    def __len__(self): return {length}\nlen(DataLoader(range(3), S()))"
    got = student.run("length_of_a_loader", "DataLoader", length, as_python=code)
    require(got == length, f"the sampler's length is {length}, the loader's {literal(got)}")


@points(1, function="DataLoader", handout=".dataset is ds", band="robust", hint="An attribute of that name.")
def test_dataset_of_a_loader(student):
    """dl.dataset is the data set"""
    code = "ds = [1, 2, 3]; DataLoader(ds, [torch.tensor([0])]).dataset is ds"
    require(
        student.run("keeps_its_dataset", as_python=code),
        "dl.dataset is not the data set that the DataLoader was given",
    )
