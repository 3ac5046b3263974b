"""Schedules of schedules, long runs, many groups: compared with the answer key."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens, few_examples, require
from grader.suite.source import literal

from .support.hidden_anneal import nested, schedules_agree

fine = st.floats(0, 1)


@deepens("test_cosine")
@given(start=st.floats(-10, 10), end=st.floats(-10, 10), positions=st.lists(fine, min_size=3, max_size=8))
def test_cosine_agrees_with_the_key(student, reference, start, end, positions):
    """sched_cos agrees with the answer key"""
    schedules_agree(student, reference, "sched_cos", start, end, positions, 1e-5 * max(abs(start), abs(end)))


@deepens("test_exponential")
@given(start=st.floats(0.1, 10), end=st.floats(0.1, 10), positions=st.lists(fine, min_size=3, max_size=8))
def test_exponential_agrees_with_the_key(student, reference, start, end, positions):
    """sched_exp agrees with the answer key"""
    schedules_agree(student, reference, "sched_exp", start, end, positions, 1e-5 * min(start, end))


@deepens("test_one_after_the_other")
@given(drawn=nested())
def test_combined_schedules_combine(student, reference, drawn):
    """A combined schedule can be a phase of another one"""
    tree, asks = drawn
    got, due = (who.run("combined", [tree], asks) for who in (student, reference))
    for (_, pos), one, expected in zip(asks, got, due, strict=True):
        what = f"with phases {literal(tree)}, where number n answers 10 n plus its position, the answer at {pos:g}"
        assert_close(one, expected, what=what, atol=2e-5)


rate = st.floats(-10, 10)


@deepens("test_lrs")
@few_examples(10)
@given(data=st.data(), count=st.integers(1, 4), recorders=st.integers(1, 3))
def test_notes_agree_with_the_key(student, reference, data, count, recorders):
    """Recorders note the same as the answer key's, over several fits"""
    batch = st.tuples(st.lists(rate, min_size=count, max_size=count), rate).map(list)
    epoch = st.tuples(st.lists(batch, max_size=4), st.lists(batch, max_size=3)).map(list)
    fits = data.draw(st.lists(st.lists(epoch, min_size=1, max_size=3), min_size=1, max_size=3))
    got, due = (who.run("record", fits, recorders) for who in (student, reference))
    for f, (mine, theirs) in enumerate(zip(got, due, strict=True), 1):
        for i, (notes, expected) in enumerate(zip(mine, theirs, strict=True)):
            for which in ("lrs", "losses"):
                what = f"{which} of recorder {i} of {recorders}, after fit {f}"
                many, due_many = len(notes[which]), len(expected[which])
                require(many == due_many, f"{what}, has {many} entries, expected {due_many}")
                for k, (one, other) in enumerate(zip(notes[which], expected[which], strict=True)):
                    assert_close(one, other, what=f"{what}, entry {k}", atol=1e-5)


@deepens("test_every_group_at_every_batch")
@few_examples(10)
@given(
    lines=st.lists(st.tuples(st.just("function"), rate, rate), min_size=1, max_size=2),
    epochs=st.lists(st.tuples(st.integers(1, 7), st.integers(0, 3)).map(list), min_size=1, max_size=5),
    count=st.integers(1, 4),
    many=st.integers(1, 2),
)
def test_groups_agree_with_the_key(student, reference, lines, epochs, count, many):
    """Param groups go the way that they go with the answer key, under one scheduler or two"""
    schedulers = [[name, line] for name, line in zip(("lr", "mom"), lines, strict=False)]
    fits = [[[{"lr": 50.0, "mom": 60.0 + i} for i in range(count)], epochs]] * many
    got, due = (who.run("schedule", schedulers, fits)["seen"] for who in (student, reference))
    for f, (mine, theirs) in enumerate(zip(got, due, strict=True), 1):
        for k, (groups, expected) in enumerate(zip(mine, theirs, strict=True)):
            for i, (there, here) in enumerate(zip(groups, expected, strict=True)):
                for name in ("lr", "mom"):
                    what = f"{name} of group {i} in batch {k} of fit {f}, validation counted,"
                    assert_close(there[name], here[name], what=what, atol=1e-4)
