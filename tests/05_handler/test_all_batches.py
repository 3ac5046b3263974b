"""all_batches, with a handler that stands in for the student's. Only the beginnings of batches are judged.

A weaker suite lets pass: a batch more after a stop, a stop left standing for the validation to find, a refused batch
that ends the loop or hides a stop, a loop that needs len(dl), or lists an endless loader before the first batch.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.scripts import act, answers, callback, raises, script, stops

from .support.all_batches import LOOP, begun, check_begun, check_stop, code, story
from .support.common import NO

batch_sizes = st.lists(st.integers(1, 3), min_size=1, max_size=4)
refusals = st.lists(answers(["begin_batch"], NO, latest=3), max_size=3).map(lambda acts: callback(*acts))


@points(
    2,
    function="all_batches",
    hint="one_batch for each (xb, yb) of dl. A refused batch is one batch, no more.",
    stub="Call one_batch for each (xb, yb) of dl",
)
@given(s=st.builds(lambda cb, train: script(cb, train=train), refusals, batch_sizes))
@example(s=script(callback()))
@example(s=script(callback(), train=[2, 2, 1]))
@example(s=script(callback(act("begin_batch", value=False)), train=[1, 1]))
def test_each_batch_once(student, s):
    """Each (xb, yb) of dl is begun once, in order, whatever becomes of the others"""
    (trace,) = student.run("all_batches", s, as_python=code(s))
    check_begun(s, trace, list(range(len(s["train"]))))


stopping = stops(["begin_batch"], latest=3)


@points(
    3,
    function="all_batches",
    hint="When is cb.do_stop() asked? After each batch, the last one too.",
    handout="cb.do_stop() YES: no more batches. Asked after every batch, a refused one too",
)
@given(
    s=st.builds(
        lambda stop, no, train: script(callback(stop, *no), train=train),
        stopping,
        st.lists(answers(["begin_batch"], NO, latest=3), max_size=2),
        batch_sizes,
    )
)
@example(s=script(callback(act("begin_batch", 0, does="stop")), train=[1, 1]))
@example(s=script(callback(act("begin_batch", 1, does="stop")), train=[1, 1, 1, 1]))
@example(s=script(callback(act("begin_batch", 0, does="stop")), train=[1]))
@example(s=script(callback(act("begin_batch", does="stop"), act("begin_batch", value=False)), train=[1, 1]))
def test_stop(student, s):
    """When cb.do_stop() is true after a batch, there is no further one, be it refused or not"""
    (trace,) = student.run("all_batches", s, as_python=code(s))
    check_stop(s, trace)


@points(
    1,
    function="all_batches",
    band="robust",
    hint="`if cb.do_stop():`, and neither `is True` nor `== True`.",
    handout="Answers count as they do in if: … of any handler that fit is given … and of its do_stop",
)
def test_any_true_stop(student):
    """do_stop's answer is a yes when it is true for `if`, as "yes" and [0] are"""
    s = script(callback(act("begin_batch", 1, does="stop")), train=[1, 1, 1])
    for yes in ("yes", [0], 2):
        (trace,) = student.run("all_batches", s, "loader", None, yes, as_python=code(s, yes=yes))
        check_stop(s, trace, f", whose do_stop answers {yes!r} for yes")


@points(
    1,
    function="all_batches",
    band="robust",
    hint="Nothing is kept from one pass to the next.",
    handout="After a stop, another pass over the same list begins at its first batch.",
)
@few_examples(10)
@given(s=st.builds(lambda stop, train: script(callback(stop), train=train), stopping, batch_sizes))
@example(s=script(callback(act("begin_batch", 1, does="stop")), train=[1, 1, 1]))
@example(s=script(callback(act("begin_batch", 1, does="stop")), train=[1, 1]))
def test_a_pass_after_a_stop(student, s):
    """After a stop, another pass over the same dl is a whole one"""
    twice = f"{LOOP}; print('again'); {LOOP}"
    nth = s["callbacks"][0]["acts"][0]["nth"] % len(s["train"])  # it happens in the first pass
    s = {**s, "callbacks": [callback(act("begin_batch", nth, does="stop"))]}
    _, second = student.run("all_batches", s, passes=2, as_python=code(s, twice))
    check_begun(s, second, list(range(len(s["train"]))), ", in a second pass")


@points(
    1,
    function="all_batches",
    band="robust",
    hint="A `for` needs no length, and no list.",
    handout="dl is anything that one can loop over, a generator or an endless one too.",
)
@few_examples(10)
@given(nth=st.integers(0, 4), train=batch_sizes, kind=st.sampled_from(["generator", "endless"]))
@example(nth=2, train=[1, 1], kind="endless")
@example(nth=4, train=[1, 1], kind="generator")
def test_any_iterable(student, nth, train, kind):
    """dl may be a generator, or endless: then a stop ends it"""
    s = script(callback(act("begin_batch", nth, does="stop")), train=train)
    data = {"generator": "iter(train_dl)", "endless": "islice(cycle(train_dl), 200)"}[kind]
    loop = "from itertools import cycle, islice\n" + LOOP.replace("train_dl", data)
    (trace,) = student.run("all_batches", s, kind, as_python=code(s, loop))
    n = len(train)
    due = [k % n for k in range(nth + 1 if kind == "endless" else min(nth + 1, n))]
    endless = next((d["drawn"] for what, d in trace if what == "capped"), 0)
    require(
        not endless,
        f"all_batches over an endless loader, {story(s)}: {endless} batches were drawn, and no end in sight; expected "
        f"an end after {len(due)}",
    )
    check_begun(s, trace, due, f", over {'an endless loader' if kind == 'endless' else 'a generator'}")


faulty_data = raises(["draw"], ["RuntimeError", "ValueError", "IndexError"], latest=2)
refusing = raises(["begin_batch"], latest=2)


@points(
    1,
    function="all_batches",
    band="robust",
    hint="Catch nothing.",
    handout="Nothing catches an exception: it reaches the caller.",
)
@few_examples(10)
@given(a=st.one_of(refusing, faulty_data))
@example(a=act("begin_batch", 1, does="raise", value="AttributeError"))
@example(a=act("draw", 1, does="raise", value="ValueError"))
def test_exceptions_between_batches(student, a):
    """An exception of a callback or of the data reaches the caller at its batch"""
    ours = a["event"] == "begin_batch"
    s = script(callback(a) if ours else callback(), train=[1, 1, 1])
    (trace,) = student.run(
        "all_batches", s, "loader", [] if ours else [a], as_python=code(s) if ours else None
    )
    what = f"when {'begin_batch' if ours else 'the data'} of batch {a['nth']} raises {a['value']}"
    came, due = trace[-1][1]["raised"] or "no exception", list(range(a["nth"] + ours))
    require(came == a["value"], f"all_batches, {what}: the caller got {came}")
    require(begun(trace) == due, f"all_batches, {what}: batches {begun(trace)} were begun, expected {due}")
