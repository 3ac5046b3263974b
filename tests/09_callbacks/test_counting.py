"""TrainEvalCallback and Recorder: how far the fit is, and what it has brought.

A weaker suite lets pass: counts that go on in validation, pct_train that begins anew in each epoch, averages over
batches in place of items, sums that are never reset, metrics of the training set, a smooth_loss without debiasing.

TrainEvalCallback is driven by a stand-in. Recorder is that of the student's learner; the losses it has to average are
those that the loss function of the stand-ins gave.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support.counting import check_smooth, counted, per_item, rows_of, story

one_fit = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 2)).map(list)


@points(
    1,
    function="TrainEvalCallback",
    hint="Set at before_train and before_validate, for the learner and for its model.",
    handout="sets the model's mode and training",
)
@few_examples(8)
@given(fit=one_fit)
@example(fit=[1, 1, 1])
@example(fit=[2, 2, 1])
def test_training_and_modes(student, fit):
    """learn.training is True in training and False in validation, and the model is in the mode that goes with it"""
    for state, where, training, *_ in counted(student, [fit], "learn.training, learn.model.training"):
        require(
            state["training"] is training,
            f"{where}learn.training is {state['training']!r}, expected {training}",
        )
        require(state["mode"] is training, f"{where}model.training is {state['mode']!r}, expected {training}")


@points(
    1,
    function="TrainEvalCallback",
    hint="Add 1 after each training batch. When does it begin at 0?",
    handout="train_iter is how many training batches of this fit are done",
)
@few_examples(10)
@given(fit=one_fit)
@example(fit=[1, 2, 2])
@example(fit=[2, 2, 1])
def test_train_iter(student, fit):
    """train_iter is how many training batches of the fit are done, through all epochs"""
    for state, where, _, done, _ in counted(student, [fit], "learn.train_iter"):
        require(state["train_iter"] == done, f"{where}train_iter is {state['train_iter']!r}, expected {done}")


@points(
    2,
    function="TrainEvalCallback",
    hint="How many training batches will there be in the whole fit?",
    handout="pct_train their share of all that the fit has",
)
@few_examples(10)
@given(fit=one_fit)
@example(fit=[1, 4, 1])
@example(fit=[2, 2, 2])
def test_pct_train(student, fit):
    """pct_train at before_batch is the share of the fit's training batches that are done: 0 at first, 1 in the end"""
    for state, where, _, done, due in counted(student, [fit], "learn.pct_train"):
        assert_close(state["pct_train"], done / due, what=f"{where}pct_train", atol=1e-6)


@points(
    1,
    function="TrainEvalCallback",
    band="robust",
    hint="before_fit comes once a fit, and is the place to begin at 0.",
    handout="counts anew in each fit",
)
@few_examples(8)
@given(first=one_fit, second=one_fit)
@example(first=[1, 2, 1], second=[1, 1, 1])
@example(first=[3, 2, 1], second=[1, 4, 1])
def test_counts_anew(student, first, second):
    """train_iter and pct_train begin at 0 in each fit"""
    seen = counted(student, [first, second], "learn.train_iter, learn.pct_train")
    for state, where, _, done, due in seen:
        require(state["train_iter"] == done, f"{where}train_iter is {state['train_iter']!r}, expected {done}")
        assert_close(state["pct_train"], done / due, what=f"{where}pct_train", atol=1e-6)


sizes_ = st.lists(st.integers(2, 4), min_size=1, max_size=3)
METRICS = {
    "pred": lambda w, xs, ys: sum(w * x for x in xs),
    "y": lambda w, xs, ys: sum(ys),
    "pred - 2 y": lambda w, xs, ys: sum(w * x - 2 * y for x, y in zip(xs, ys, strict=True)),
}

some_metrics = st.lists(st.sampled_from(list(METRICS)), max_size=3, unique=True)


@points(
    2,
    function="Recorder",
    hint="Weigh each batch's loss by its number of items. Whose loss is it, in which half?",
    handout=(
        "values: a row an epoch of training loss, validation loss, metrics in validation",
        "Recorder keeps per-item averages",
    ),
)
@few_examples(10)
@given(epochs=st.integers(1, 2), train=sizes_, valid=sizes_)
@example(epochs=1, train=[2], valid=[2])
@example(epochs=1, train=[4, 2], valid=[2])
@example(epochs=1, train=[2], valid=[2, 4])
@example(epochs=2, train=[2, 2], valid=[2])
def test_losses_of_each_epoch(student, epochs, train, valid):
    """A row of values begins with the epoch's training loss and validation loss, averaged per item"""
    for k, got in enumerate(student.run("record", epochs, train, valid, [])):
        where = story(epochs, train, valid, k)
        n = len(train) + len(valid)
        for e, row in enumerate(rows_of(got, 2, where, epochs)):
            losses = got["losses"][e * n : (e + 1) * n]
            size = max(map(abs, losses))
            batches = f" (the batches' losses were {losses[: len(train)]}, then {losses[len(train) :]})"
            due = [per_item(losses[: len(train)], train), per_item(losses[len(train) :], valid)]
            for name, value, expected in zip(("training loss", "validation loss"), row, due, strict=True):
                assert_close(
                    value,
                    expected,
                    what=f"{where}the {name} of epoch {e}{batches}",
                    atol=1e-5 * (1 + size),
                )


@points(
    2,
    function="Recorder",
    hint="loss, loss, then each metric: its mean over the items of the validation set.",
    handout=(
        "values: a row an epoch of training loss, validation loss, metrics in validation",
        "Metrics are functions (pred, *yb) → mean over the batch.",
    ),
)
@few_examples(10)
@given(epochs=st.integers(1, 2), train=sizes_, valid=sizes_, metrics=some_metrics)
@example(epochs=1, train=[2], valid=[4, 2], metrics=["y"])
@example(epochs=2, train=[2], valid=[2, 3], metrics=["pred", "y"])
def test_metrics_of_each_epoch(student, epochs, train, valid, metrics):
    """After the losses come the metrics, averaged per item over the validation set, in the order given"""
    for k, got in enumerate(student.run("record", epochs, train, valid, metrics)):
        where = story(epochs, train, valid, k, metrics)
        n = len(train) + len(valid)
        for e, row in enumerate(rows_of(got, 2 + len(metrics), where, epochs)):
            weight = got["weights"][(e + 1) * n - 1]
            xs = [2.0 ** (len(train) + i) for i, size in enumerate(valid) for _ in range(size)]
            ys = [float(i) for i in range(sum(valid))]
            for name, value in zip(metrics, row[2:], strict=True):
                due = METRICS[name](weight, xs, ys) / len(xs)
                size = 1 + abs(weight) * max(xs) + max(ys)
                assert_close(value, due, what=f"{where}in epoch {e}, {name}", atol=1e-5 * size)


@points(
    2,
    function="Recorder",
    hint="Which batches are averaged, from which value does the average start, and what then?",
    handout=("smooth_loss, a running average", "smooth_loss"),
)
@few_examples(10)
@given(epochs=st.integers(1, 2), train=sizes_, valid=sizes_)
@example(epochs=1, train=[2], valid=[2])
@example(epochs=1, train=[2, 4, 3], valid=[2])
@example(epochs=2, train=[2, 2], valid=[2, 2])
def test_smooth_loss(student, epochs, train, valid):
    """smooth_loss is the debiased exponential average, β = 0.98, of the training losses of the fit so far"""
    check_smooth(student.run("record", epochs, train, valid, [])[0], epochs, train, valid, 0)


@points(
    1,
    function="Recorder",
    band="robust",
    hint="What has to be empty, or zero, when a fit begins? Both of them?",
    handout="both begin anew with each fit",
)
@few_examples(8)
@given(epochs=st.integers(1, 2), train=sizes_, valid=sizes_)
@example(epochs=1, train=[1], valid=[1])
@example(epochs=2, train=[1, 2], valid=[1])
def test_a_second_fit_begins_anew(student, epochs, train, valid):
    """In a second fit of the same learner, smooth_loss and values begin anew"""
    got = student.run("record", epochs, train, valid, [])[1]
    where = story(epochs, train, valid, 1)
    require(got["n_rows"] == epochs, f"{where}recorder.values has {got['n_rows']} rows, expected {epochs}")
    check_smooth(got, epochs, train, valid, 1)


@points(
    1,
    function="Recorder",
    band="robust",
    hint="How many items has a batch? xb[0] knows; targets may have any shape.",
    handout="items are counted by xb[0], whatever the targets",
)
@few_examples(10)
@given(
    train=sizes_,
    valid=sizes_,
    inputs=st.integers(1, 2),
    targets=st.lists(st.sampled_from(["column", "flat", "one", "scalar"]), min_size=1, max_size=2),
)
@example(train=[3, 1], valid=[1, 2], inputs=1, targets=["column", "column"])
@example(train=[3, 1], valid=[1, 2], inputs=2, targets=["column"])
@example(train=[3, 1], valid=[2, 1], inputs=1, targets=["flat"])
@example(train=[3, 1], valid=[2, 1], inputs=1, targets=["one"])
@example(train=[3, 1], valid=[2, 1], inputs=2, targets=["scalar"])
def test_items_are_counted_by_the_input(student, train, valid, inputs, targets):
    """A batch's weight in the averages is the length of xb[0], whatever the targets' number and shape"""
    row = student.run("record_items", train, valid, inputs, targets)
    words = {"column": "(n, 1)", "flat": "(2n,)", "one": "(1, 5)", "scalar": "()"}
    where = (
        story(1, train, valid, 0)
        + f"{inputs} inputs, targets of shapes {', '.join(words[t] for t in targets)}: "
    )
    require(len(row) == 3, f"{where}the row of values has {len(row)} entries, expected 3")
    losses = [2.0**k for k in range(len(train) + len(valid))]
    metrics = [3.0**k for k in range(len(valid))]
    due = [
        per_item(losses[: len(train)], train),
        per_item(losses[len(train) :], valid),
        per_item(metrics, valid),
    ]
    for name, value, expected in zip(("training loss", "validation loss", "metric"), row, due, strict=True):
        assert_close(value, expected, what=f"{where}the {name}", atol=1e-5 * (1 + expected))
