"""ParallelDataLoader: the same batches in the same order, made by worker threads.

A weaker suite lets pass: batches in the order in which they are ready (right while all items take equally long), one
thread whatever num_workers says, workers that outlive the loop, exceptions that die with their thread (for these see
test_what_raises.py).

Nothing here depends on how fast anything is: items wait for each other, and give up after a while. A machine that is
too busy may let a wrong loader pass; it can't fail a right one.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.stretch import check_batches, code, run

OF = "ParallelDataLoader"
index_lists = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), max_size=6)
workers_ = st.integers(1, 4)
RAGGED = [[0, 1], [2, 3], [4]]
SIX = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10]]


@points(
    2,
    function=OF,
    handout="the same batches in the same order",
    band="stretch",
    hint="First without threads, then with them. Nothing else changes.",
)
@few_examples(10)
@given(passes=st.lists(index_lists, min_size=1, max_size=2), workers=workers_)
@example(passes=[RAGGED], workers=2)
@example(passes=[SIX, SIX], workers=1)
@example(passes=[SIX, RAGGED], workers=4)
@example(passes=[[[3]]], workers=3)
@example(passes=[[]], workers=2)
def test_parallel_batches(student, passes, workers):
    """The batches are those of a DataLoader, in the sampler's order, at every pass"""
    snippet = code(passes[0], workers) if all(p == passes[0] for p in passes) else None
    got = run(student, "loaded", OF, passes, workers=workers, as_python=snippet)
    for k, (one, batches) in enumerate(zip(got, passes, strict=True)):
        check_batches(one, batches, f"pass {k}, num_workers={workers}, sampler: {batches}")


@points(
    2,
    function=OF,
    handout="the same batches in the same order",
    band="stretch",
    hint="Wait for the oldest batch, not for whichever is ready.",
)
@few_examples(4)
@given(slow=st.integers(0, 4), workers=st.integers(2, 4))
@example(slow=0, workers=2)
@example(slow=2, workers=3)
def test_order_is_kept(student, slow, workers):
    """A batch that takes longer than the next one still comes before it"""
    # The first item of batch `slow` is not ready before those of the next batch are, or a tenth of a second is over.
    item, other = SIX[slow][0], SIX[slow + 1][-1]
    snippet = code(SIX, workers, before=f"import time; time.sleep(0.1 * (int(i) == {item})); ")
    got = run(student, "loaded_out_of_turn", SIX, [[item, other]], workers, as_python=snippet)
    check_batches(got, SIX, f"num_workers={workers}, batch {slow} takes longer than the next, sampler: {SIX}")


@points(
    2,
    function=OF,
    handout="made by num_workers threads at the same time, never by the loop's own",
    band="stretch",
    hint="The loop's own thread should find its batches ready.",
)
@few_examples(3)
@given(workers=st.integers(2, 4))
@example(workers=1)
@example(workers=2)
def test_workers_work(student, workers):
    """Items are made by num_workers threads other than the loop's: several at once, never more than that"""
    snippet = code(SIX, workers, before="import threading; print(threading.current_thread().name); ")
    seen = run(student, "who_works", SIX, workers, as_python=snippet)
    what = f"num_workers={workers}, {len(SIX)} batches"
    check_batches(seen["batches"], SIX, what)
    caller, most = seen["caller"], seen["most"]
    require(
        caller == 0, f"{what}: {caller} of 11 items were made by the thread that runs the loop, expected none"
    )
    require(workers == 1 or most > 1, f"{what}: never was more than one item in the making at a time")
    require(most <= workers, f"{what}: {most} items were in the making at a time")


@points(
    2,
    function=OF,
    handout="when a pass ends, or its iterator is dropped, its workers end within a second",
    band="stretch",
    hint="A generator that is left is closed: its `finally` is run.",
)
@few_examples(10)
@given(batches=index_lists, taken=st.one_of(st.none(), st.integers(0, 3)), workers=workers_)
@example(batches=SIX, taken=1, workers=2)
@example(batches=SIX, taken=0, workers=2)
@example(batches=SIX, taken=3, workers=4)
@example(batches=SIX, taken=None, workers=2)
def test_no_worker_is_left(student, batches, taken, workers):
    """After a loop that was left early, or went on to its end, no worker is left; later loops work"""
    stop = "" if taken is None else f"from itertools import islice; loop = islice(iter(dl), {taken})\n"
    go = "list(dl)\n" if taken is None else "list(loop); del loop\n"
    rest = f"{stop}{go}import threading, time; time.sleep(1); threading.enumerate()"
    snippet = code(batches, workers, rest)
    seen = run(student, "threads_after", batches, taken, workers, as_python=snippet)
    when = "went on to its end" if taken is None else f"was left after {seen['came']} batches"
    what = f"num_workers={workers}, sampler: {batches}, a loop that {when}"
    left = seen["left"]
    require(not left, f"{what}: {left} threads are still there that were not there before")
    check_batches(seen["later"], batches, f"{what}: the next loop")


@points(
    1,
    function=OF,
    handout="until the batch after batch k is asked for, none beyond k + 2 · num_workers + 1 is begun",
    band="stretch",
    hint="Submit a few batches, and one more each time that one is taken.",
)
@few_examples(4)
@given(taken=st.integers(1, 5), workers=workers_)
@example(taken=1, workers=2)
def test_not_everything_at_once(student, taken, workers):
    """At most 2 · num_workers + 1 batches beyond one that is handed out are begun before the next is asked for"""
    limit = 2 * workers + 1
    snippet = code([[k] for k in range(5)], workers, "next(iter(dl))", before="print(int(i)); ")
    came, ahead = run(student, "made_ahead", 40, taken, workers, limit, as_python=snippet)
    what = f"num_workers={workers}, 40 batches of one item, {taken} of them taken"
    require(came == taken, f"{what}: only {came} came")
    require(ahead <= limit, f"{what}: {ahead} more were made already, expected at most {limit}")


@points(
    1,
    function=OF,
    handout="also in two loops at once",
    band="stretch",
    hint="What a pass needs to know belongs to the pass, not into self.",
)
@few_examples()
@given(
    one=index_lists, two=index_lists, script=st.lists(st.integers(0, 1), max_size=6).map(lambda s: [0, *s])
)
@example(one=RAGGED, two=RAGGED, script=[0, 1, 0, 1])
@example(one=RAGGED, two=SIX, script=[0, 1, 1, 1, 0])
def test_two_parallel_loops(student, one, two, script):
    """Two loops at the same time: each gets all batches of a pass of its own"""
    turns = "".join("ab"[which] for which in script)
    loops = run(student, "walk_loaders", OF, [one, two], script)
    for name, got, batches in zip("ab", loops, (one, two), strict=True):
        what = f"loops a and b taking turns {turns}: loop {name}"
        check_batches([["list", batch] for batch in got], batches, what)


@points(
    1,
    function=OF,
    handout="len is the sampler's",
    band="stretch",
    hint="How many batches are there? Who knows?",
)
@few_examples()
@given(length=st.integers(0, 5))
@example(length=3)
def test_length_of_a_parallel_loader(student, length):
    """len(dl) is the number of the sampler's batches"""
    snippet = (
        f"class S:\n    def __len__(self): return {length}\nlen(ParallelDataLoader(range(3), S(), list, 2))"
    )
    got = student.run("length_of_a_loader", OF, length, as_python=snippet)
    require(got == length, f"the sampler's length is {length}, the loader's {literal(got)}")
