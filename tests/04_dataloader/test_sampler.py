"""Sampler: which items make a batch.

A weaker suite lets pass: tails dropped or filled up (right where bs divides n), lists instead of tensors (right for
a data set that takes either), a pass that is kept in self (right for one loop at a time), the data set kept for the
sake of its length.

How it shuffles is judged in test_shuffle.py.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.sampler import (
    check_same,
    check_shuffled,
    edges,
    entries,
    in_order,
    sampled,
    sampler_code,
    two_loops_code,
)

counts, sizes = st.integers(2, 12), st.integers(1, 7)
booleans = st.booleans()


@points(
    3,
    function="Sampler",
    handout="each loop is a pass over all indices in order, in int64 tensors of size bs; the last one may be shorter.",
    hint="bs indices at a time, from 0 on. What about those that are left at the end?",
)
@given(n=counts, bs=sizes)
@edges
def test_in_order(student, n, bs):
    """Unshuffled: 0, 1, 2, … in batches of bs; what is left makes a last batch that is smaller"""
    (got,) = sampled(student, n, bs)
    check_same(got, in_order(n, bs), f"{n} items, bs={bs}")


@points(
    2,
    function="Sampler",
    handout="int64 tensors of size bs",
    hint="A tensor of several indices of dtype int64, not a list and not a number.",
    beside="test_in_order",
)
@given(n=counts, bs=sizes, shuffle=booleans)
@example(n=5, bs=2, shuffle=False)
@example(n=5, bs=2, shuffle=True)
@example(n=3, bs=1, shuffle=False)
@example(n=3, bs=4, shuffle=True)
def test_batches_are_index_tensors(student, n, bs, shuffle):
    """Each batch is an int64 tensor with one dim, also when it holds one index"""
    options = {"shuffle": True} if shuffle else {}
    code = f"list({sampler_code(n, bs, **options)})"
    (got,) = student.run("sampled", n, bs, as_python=code, **options)
    for k, batch in enumerate(got):
        what = f"batch {k} of {n} items, bs={bs}"
        require(isinstance(batch, torch.Tensor), f"{what} has to be a tensor, but is {literal(batch)[:80]}")
        require(batch.dtype == torch.int64, f"{what} has dtype {batch.dtype}, expected torch.int64")
        require(batch.dim() == 1, f"{what} has shape {tuple(batch.shape)}, expected one dim")


@points(
    2,
    function="Sampler",
    handout="With shuffle: a new, … permutation at each pass",
    hint="A shuffle moves items; it neither loses nor repeats any.",
)
@given(n=counts, bs=sizes)
@edges
def test_shuffled_batches_hold_every_item_once(student, n, bs):
    """Shuffled: batches of the same sizes, and every item once in a pass"""
    (got,) = sampled(student, n, bs, shuffle=True)
    check_shuffled(got, n, bs, f"{n} items, bs={bs}, shuffle=True")


@points(
    2,
    function="Sampler",
    handout="each loop is a pass over all indices",
    hint="What does `for` call at the beginning of each loop?",
)
@given(n=counts, bs=sizes, shuffle=booleans)
@example(n=5, bs=2, shuffle=False)
@example(n=5, bs=2, shuffle=True)
def test_passes_of_a_sampler(student, n, bs, shuffle):
    """Each loop over a Sampler is a whole pass, not only the first one"""
    passes = sampled(student, n, bs, 3, **({"shuffle": True} if shuffle else {}))
    for k, got in enumerate(passes):
        if shuffle:
            check_shuffled(got, n, bs, f"pass {k} over {n} items, bs={bs}, shuffle=True")
        else:
            check_same(got, in_order(n, bs), f"pass {k} over {n} items, bs={bs}")


@points(
    1,
    function="Sampler",
    handout="each loop is a pass over all indices",
    hint="A pass begins at the beginning. Where do you keep how far it got?",
)
@given(n=counts, bs=sizes, taken=st.integers(1, 3), shuffle=booleans)
@example(n=5, bs=2, taken=1, shuffle=False)
@example(n=5, bs=2, taken=1, shuffle=True)
def test_a_pass_after_one_that_was_left(student, n, bs, taken, shuffle):
    """After a loop that was left early, the next one is a whole pass"""
    options = {"shuffle": True} if shuffle else {}
    code = f"s = {sampler_code(n, bs, **options)}\nfor k, i in enumerate(s):\n    if k == {taken - 1}: break\nlist(s)"
    got = student.run("abandon_and_start_again", n, bs, taken, shuffle, as_python=code)
    what = f"{n} items, bs={bs}, shuffle={shuffle}: the pass after one that was left after {taken} batches"
    if shuffle:
        check_shuffled(got, n, bs, what)
    else:
        check_same(got, in_order(n, bs), what)


KEEPS = """import weakref
class Sized:
    def __len__(self): return {n}
ds = Sized(); alive = weakref.ref(ds)
s = Sampler(ds, {bs}, shuffle={shuffle}); del ds
alive() is None"""


@points(
    2,
    function="Sampler",
    handout="Keeps no reference to the data",
    stub="of which only the length counts",
    hint="What do you have to know of the data set? Keep that, not the data set.",
    beside="test_in_order",
)
@few_examples()
@given(n=counts, bs=sizes, shuffle=booleans)
@example(n=5, bs=2, shuffle=False)
@example(n=5, bs=2, shuffle=True)
def test_keeps_no_data(student, n, bs, shuffle):
    """A Sampler keeps no reference to the data set, and asks it for no item"""
    code = KEEPS.format(n=n, bs=bs, shuffle=shuffle)
    seen = student.run("what_a_sampler_keeps", n, bs, shuffle, as_python=code)
    require(not seen["asked"], f"the Sampler asked the data set for item {seen['asked'][:1]}")
    for when, alive in (("made", seen["at rest"]), ("in the middle of a pass", seen["in a pass"])):
        require(
            not alive, f"the data set lives on in a Sampler that is {when}, after everyone else let go of it"
        )


@points(
    2,
    function="Sampler",
    handout="len is the number of batches",
    stub="The number of batches of a pass.",
    band="robust",
    hint="Round down, or up: think of 6 and of 7 items in batches of 3.",
)
@given(n=counts, bs=sizes, drop_last=st.sampled_from([None, False, True]))
@example(n=6, bs=3, drop_last=None)
@example(n=7, bs=3, drop_last=None)
@example(n=7, bs=3, drop_last=True)
@example(n=2, bs=3, drop_last=True)
def test_length_of_a_sampler(student, n, bs, drop_last):
    """len(sampler) is the number of batches in a pass"""
    options = {} if drop_last is None else {"drop_last": drop_last}
    code = f"len({sampler_code(n, bs, **options)})"
    length, whole, _ = student.run("length_of_sampler", n, bs, as_python=code, **options)
    expected = len(in_order(n, bs, bool(drop_last)))
    require(length == expected, f"{code} is {literal(length)}, expected {expected}")
    require(whole, f"the __len__ of {code} gives {literal(length)}, and len() takes only whole numbers")


@points(
    1,
    function="Sampler",
    handout="a data set without items has no batches",
    band="robust",
    hint="How many batches does it take to see no items?",
    beside="test_in_order",
)
@given(bs=sizes, shuffle=booleans, drop_last=booleans)
@few_examples()
@example(bs=3, shuffle=False, drop_last=False)
@example(bs=1, shuffle=True, drop_last=False)
def test_no_items_no_batches(student, bs, shuffle, drop_last):
    """A data set without items has no batches, and len(sampler) is 0"""
    options = {name: True for name, on in (("shuffle", shuffle), ("drop_last", drop_last)) if on}
    (got,) = sampled(student, 0, bs, **options)
    check_same(got, [], sampler_code(0, bs, **options))
    code = f"len({sampler_code(0, bs, **options)})"
    length, _, _ = student.run("length_of_sampler", 0, bs, as_python=code, **options)
    require(length == 0, f"{code} is {literal(length)}, expected 0")


@points(
    2,
    function="Sampler",
    handout="drop_last leaves out a last batch that is shorter",
    stub="whether a last batch that is smaller is left out",
    band="robust",
    hint="Only a batch that is smaller than bs is dropped.",
)
@given(n=counts, bs=sizes, shuffle=booleans)
@example(n=5, bs=2, shuffle=False)
@example(n=6, bs=2, shuffle=False)
@example(n=2, bs=3, shuffle=False)
@example(n=4, bs=4, shuffle=False)
@example(n=5, bs=2, shuffle=True)
def test_drop_last(student, n, bs, shuffle):
    """With drop_last a last batch that is smaller is left out, and no other; without, it comes"""
    options = {"shuffle": True} if shuffle else {}
    for drop in (True, False):
        (got,) = sampled(student, n, bs, **options, drop_last=drop)
        what = f"{n} items, bs={bs}, shuffle={shuffle}, drop_last={drop}"
        if shuffle:
            check_shuffled(got, n, bs, what, drop)
        else:
            check_same(got, in_order(n, bs, drop), what)


@points(
    1,
    function="Sampler",
    handout=(
        "With shuffle: a new, uniformly random permutation at each pass",
        "drop_last leaves out a last batch that is shorter",
    ),
    band="robust",
    hint="Which items are left out is up to the shuffle, too.",
    beside="test_drop_last",
)
def test_what_is_dropped_is_shuffled(student):
    """With shuffle and drop_last it's not always the same items that are left out"""
    code = "s = Sampler(range(5), 2, shuffle=True, drop_last=True)\n[torch.cat(list(s)).tolist() for _ in range(20)]"
    passes = student.run("sampled", 5, 2, 200, shuffle=True, drop_last=True, as_python=code)
    for item in range(5):
        # Each pass leaves one of five items out: never in 200 passes is a matter of 4e-20.
        left_out = sum(item not in [i for batch in one for i in entries(batch)] for one in passes)
        require(left_out > 0, f"item {item} was left out in none of 200 passes over 5 items with bs=2")


@points(
    1,
    function="Sampler",
    handout="ValueError on construction for bs < 1",
    band="robust",
    hint="A batch of no items, or of minus one?",
)
@few_examples()
@given(bs=st.integers(-5, 0))
@example(bs=0)
@example(bs=-1)
def test_impossible_batch_sizes(student, bs):
    """Sampler raises ValueError for a batch size of 0 or less"""
    with student.raises("ValueError", f"Sampler(ds, {bs})"):
        student.run("make_sampler", 5, bs, as_python=f"Sampler(range(5), {bs})")


@points(
    3,
    function="Sampler",
    handout="two loops over one sampler don't disturb each other",
    band="robust",
    hint="What a pass needs to know belongs to the pass, not into self.",
)
@given(n=counts, bs=sizes, script=st.lists(st.integers(0, 1), max_size=8), shuffle=booleans)
@example(n=5, bs=2, script=[0, 1, 0, 1], shuffle=False)
@example(n=5, bs=2, script=[0, 1, 0, 1], shuffle=True)
@example(n=12, bs=4, script=[0, 1, 1, 1, 0], shuffle=True)
@example(n=12, bs=3, script=[0, 0, 1], shuffle=True)
def test_two_loops_over_a_sampler(student, n, bs, script, shuffle):
    """Two loops over one Sampler at the same time: each gets a whole pass of its own"""
    options = {"shuffle": True} if shuffle else {}
    code = two_loops_code(sampler_code(n, bs, **options), script)
    loops = student.run("walk_samplers", n, bs, script, shuffle, as_python=code)
    turns = "".join("ab"[which] for which in script) or "none"
    for name, got in zip("ab", loops, strict=True):
        what = (
            f"{n} items, bs={bs}, shuffle={shuffle}, loops a and b taking turns {turns}: what loop {name} got"
        )
        if shuffle:
            check_shuffled(got, n, bs, what)
        else:
            check_same(got, in_order(n, bs), what)
