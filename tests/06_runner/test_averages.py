"""AvgStats and AvgStatsCallback, driven by stand-ins for the runner: averages over items, not over batches.

A weaker suite lets pass: the mean of the batches' means (right as long as the batches are equal), totals that go on
from the last epoch, one set of totals for both phases, a metric of (yb, pred), metrics divided twice, the last batch
alone. The batches are of unequal size.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support.averages import METRICS, check, check_rows

NAMES = list(METRICS)
numbers = st.integers(-4, 4).map(float)
batches = st.lists(numbers, min_size=1, max_size=4).flatmap(
    lambda pred: st.lists(numbers, min_size=len(pred), max_size=len(pred)).map(lambda yb: [pred, yb])
)

halves = st.lists(batches, min_size=1, max_size=3)
some_metrics = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
RAGGED = [[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [[7.0], [1.0]]]
OTHER = [[[4.0], [4.0]], [[0.0, 0.0], [2.0, -1.0]]]


@points(
    2,
    function="AvgStats",
    hint="A batch's loss is a mean. Of how many items? Add up, and divide once.",
    handout=(
        "avg_stats: [loss, *metrics] of the batches so far, averaged over items",
        ("Multiply each by the number of items of its batch, add up, and divide by the number of all items."),
    ),
)
@given(items=halves, metrics=some_metrics)
@example(items=RAGGED, metrics=[])
@example(items=RAGGED, metrics=["mean of pred - 2 yb"])
@example(items=RAGGED, metrics=["first", "second"])
@example(items=[[[3.0], [1.0]]], metrics=["as a float"])
def test_averages_per_item(student, items, metrics):
    """avg_stats is [loss, *metrics], averaged over items: a batch counts by its size"""
    got = student.run("avg_stats", metrics, [items])
    check(got["train"][0], metrics, items, "avg_stats")
    check(got["valid"][0], metrics, items[::-1], "avg_stats of a second AvgStats, filled at the same time,")


@points(
    1,
    function="AvgStats",
    hint="What does reset leave of the loss, of the metrics, of the count?",
    handout="reset(); accumulate(run), which changes nothing of the run",
    stub="Forget what was accumulated.",
)
@given(passes=st.lists(halves, min_size=2, max_size=3), metrics=some_metrics)
@example(passes=[RAGGED, OTHER], metrics=["first", "second"])
@example(passes=[RAGGED, [[[1.0], [1.0]]], RAGGED], metrics=["as a float"])
def test_reset(student, passes, metrics):
    """After reset, averages are those of what comes then; no batch is changed by being taken in"""
    got = student.run("avg_stats", metrics, passes)
    for k, (items, average) in enumerate(zip(passes, got["train"], strict=True)):
        check(average, metrics, items, "avg_stats" + (f" (after reset number {k})" if k else ""))
    require(got["unchanged"], "accumulate changed the pred, yb or loss of the run")


@points(
    1,
    function="AvgStats",
    hint="avg_stats is worked out at each look, from totals that looking leaves alone.",
    handout="of the batches so far, averaged over items, at any time after the first",
)
def test_looking_between_batches(student):
    """avg_stats can be read at any time: it is that of the batches so far"""
    for metrics in ([], ["first", "second"]):
        items = [*RAGGED, *OTHER]
        got = student.run("avg_stats", metrics, [items], look=True)
        for k, so_far in enumerate(got["so far"][0], 1):
            check(so_far, metrics, items[:k], "avg_stats, which is read after each batch,")
        check(got["train"][0], metrics, items, "avg_stats, read once more,")


@points(
    1,
    function="AvgStats",
    band="robust",
    hint="Somebody collects avg_stats of several moments. Is it one list, given out again and again?",
    handout="each look gives a list of its own",
    stub="A new list",
)
def test_what_was_read_stays(student):
    """A list that avg_stats gave stays as it is when more batches come"""
    items = [*RAGGED, *OTHER]
    got = student.run("avg_stats", ["first"], [items], look=True)
    for k, kept in enumerate(got["kept"][0], 1):
        check(kept, ["first"], items[:k], "avg_stats, read then and looked at when more batches had come,")


@points(
    1,
    function="AvgStats",
    hint="None, one function, a list: which function of this unit makes a list of them?",
    stub="metrics: None, one or several functions",
)
def test_metrics_as_given(student):
    """metrics may be None, one function or a list"""
    for given_as, metrics in ((None, []), ("first", ["first"]), (NAMES, NAMES)):
        check(student.run("avg_stats", given_as, [RAGGED])["train"][0], metrics, RAGGED, "avg_stats")


epoch = st.tuples(halves, halves).map(list)


@points(
    2,
    function="AvgStatsCallback",
    hint="Two AvgStats. Which of them takes in a batch, and when does it forget?",
    handout="train_stats, valid_stats, begun anew in each epoch",
)
@given(epochs=st.lists(epoch, min_size=1, max_size=2), metrics=some_metrics)
@example(epochs=[[RAGGED, OTHER]], metrics=["mean of pred - 2 yb"])
@example(epochs=[[RAGGED, OTHER], [OTHER, RAGGED]], metrics=["first", "second"])
def test_stats_of_each_epoch(student, epochs, metrics):
    """train_stats and valid_stats hold the averages of the epoch's two halves, begun anew each epoch"""
    check_rows(student.run("avg_stats_callback", metrics, [epochs]), [epochs], metrics)


@points(
    1,
    function="AvgStatsCallback",
    hint="What is left from the last fit?",
    handout=(
        "train_stats, valid_stats, begun anew in each epoch",
        "A second fit starts clean",
    ),
)
@few_examples(6)
@given(fits=st.lists(st.lists(epoch, min_size=1, max_size=2), min_size=2, max_size=2))
@example(fits=[[[RAGGED, OTHER]], [[OTHER, RAGGED]]])
def test_stats_of_a_second_fit(student, fits):
    """In a second fit, the averages begin anew"""
    check_rows(student.run("avg_stats_callback", ["first"], fits), fits, ["first"])


@points(
    1,
    function="AvgStatsCallback",
    hint="print, at after_epoch.",
    handout="printed after it, in any form",
)
def test_something_is_printed(student):
    """After each epoch, something is printed"""
    rows = student.run("avg_stats_callback", ["first", "second"], [[[RAGGED, OTHER], [OTHER, RAGGED]]])
    for e, row in enumerate(rows):
        require(row["printed"].strip() != "", f"after_epoch of epoch {e} printed nothing")
