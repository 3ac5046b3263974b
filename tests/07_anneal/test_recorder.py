"""Recorder, driven by a stand-in for the runner: what it notes, of which batches, and what it lets go of.

A weaker suite, with one param group and no validation, lets pass: the first group's rate, one note for each group,
validation losses among the others, the rate of the batch before, lists that go on from the last fit or are shared by
all recorders, losses that keep their graph.

A fit is drawn as its epochs, an epoch as its two halves, a batch as [the param groups' rates, the loss].
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.common import numbers
from .support.recorder import as_python, check, check_answers, fits, in_words, run

some_fits = st.integers(1, 3).flatmap(fits)
ONE = [[[[0.5], 1.0]], []]
TWO = [[[[0.5, 0.25], 1.0], [[0.75, 2.0], -1.0]], [[[9.0, 9.0], 9.0]]]
THREE = [[[[0.0], 0.0], [[1.0], 4.0]], [[[9.0], 9.0], [[9.0], 9.0]]]


@points(
    2,
    function="Recorder",
    hint="Which group is the last one, and at which event is its lr that of the batch?",
    handout="lrs: the last param group's lr at each training batch",
)
@given(epochs=some_fits)
@example(epochs=[ONE])
@example(epochs=[TWO])
@example(epochs=[TWO, TWO])
@example(epochs=[THREE, ONE])
def test_lrs(student, epochs):
    """lrs: the lr that the last param group had in each training batch"""
    check(run(student, [epochs])[0][0], epochs, "lrs", in_words(epochs))


@points(
    2,
    function="Recorder",
    hint="One number for each training batch: that batch's loss, also if it is 0.",
    handout="losses: that batch's loss, detached, tensors or floats",
)
@given(epochs=some_fits)
@example(epochs=[ONE])
@example(epochs=[TWO])
@example(epochs=[TWO, TWO])
@example(epochs=[THREE, ONE])
def test_losses(student, epochs):
    """losses: the loss of each training batch"""
    check(run(student, [epochs])[0][0], epochs, "losses", in_words(epochs))


@points(
    1,
    function="Recorder",
    beside="test_lrs",
    hint="What does run.in_train say?",
    handout="lrs: the last param group's lr at each training batch; losses: that batch's loss",
)
@few_examples(10)
@given(epochs=some_fits)
@example(epochs=[TWO])
@example(epochs=[[[[[0.5], 1.0]], [[[9.0], 9.0], [[9.0], 9.0]]], ONE])
def test_nothing_of_validation(student, epochs):
    """Validation batches leave no note in either list"""
    noted = run(student, [epochs])[0][0]
    due = sum(len(train) for train, _ in epochs)
    for which, got in noted.items():
        require(
            isinstance(got, (list, tuple)),
            f"{in_words(epochs)}, {which} is no list, but {literal(got)[:100]}",
        )
        require(len(got) <= due, f"{in_words(epochs)}, {which} has {len(got)} entries, expected {due}")


@points(
    2,
    function="Recorder",
    hint="detach() the loss, or take its number: a graph lives as long as a tensor that came of it.",
    handout="losses: that batch's loss, detached, tensors or floats",
)
@few_examples()
@given(losses=st.lists(numbers, min_size=2, max_size=4))
@example(losses=[1.0, 2.0])
def test_losses_hold_no_graph(student, losses):
    """What is in losses is detached: the graphs of earlier batches are gone"""
    batches = [[[0.5], loss] for loss in losses]
    code = (
        as_python([[[batches, []]]]) + "\n[getattr(loss, 'requires_grad', False) for loss in cbs[0].losses]"
    )
    report = student.run("graphs", losses, as_python=code)
    check({"losses": report["losses"]}, [[batches, []]], "losses", f"after {len(losses)} training batches")
    for k, loss in enumerate(report["losses"]):
        require(
            not getattr(loss, "requires_grad", False), f"losses[{k}] still has its graph: {literal(loss)}"
        )
    alive = sum(report["alive"])
    require(
        not alive,
        f"after {len(losses)} training batches, the graphs of {alive} earlier ones are still in memory",
    )


@points(
    2,
    function="Recorder",
    hint="What is in the two lists when begin_fit is over?",
    handout="both are empty at the start of each fit",
)
@given(many=st.lists(some_fits, min_size=2, max_size=3))
@example(many=[[ONE], [ONE]])
@example(many=[[TWO, TWO], [THREE]])
@example(many=[[TWO], [ONE]])
def test_each_fit_starts_empty(student, many):
    """At the next fit, both lists start empty again"""
    for number, (noted, epochs) in enumerate(zip(run(student, many), many, strict=True), 1):
        for which in ("lrs", "losses"):
            check(noted[0], epochs, which, f"{in_words(epochs)} of fit {number}")


@points(
    1,
    function="Recorder",
    hint="A list in the body of a class is one list, for all its instances.",
    handout="Two recorders, or two schedulers, don't disturb each other.",
)
@few_examples()
@given(many=st.lists(some_fits, min_size=1, max_size=2))
@example(many=[[ONE]])
@example(many=[[ONE], [TWO]])
def test_two_recorders(student, many):
    """Two recorders of one run both have everything, once"""
    for noted, epochs in zip(run(student, many, 2), many, strict=True):
        for who, notes in zip(("first", "second"), noted, strict=True):
            for which in ("lrs", "losses"):
                check(notes, epochs, which, f"{in_words(epochs)} with two recorders, in the {who}")


@points(
    1,
    function="Recorder",
    beside="test_lrs",
    band="robust",
    hint="A method without return answers None. What does append return?",
    handout='The callbacks never return anything true: to a Runner that means "cancel".',
)
def test_a_recorder_cancels_nothing(student):
    """Recorder answers nothing true: that would cancel what comes next"""
    check_answers(student, "Recorder")


@points(
    1,
    function="ParamScheduler",
    beside="test_every_group_at_every_batch",
    band="robust",
    hint="A method without return answers None.",
    handout='The callbacks never return anything true: to a Runner that means "cancel".',
)
def test_a_scheduler_cancels_nothing(student):
    """ParamScheduler answers nothing true: that would cancel the batch"""
    check_answers(student, "ParamScheduler")
