"""TrainEvalCallback, driven by a stand-in for the runner: modes, in_train, and the two counts.

A weaker suite lets pass: counts that go on in validation, or from the last fit; iters remembered from the first
epoch; modes set once, at begin_fit; everything written to the callback, where nobody else finds it.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, points, require

from .support.train_eval import epochs, where


@points(
    2,
    function="TrainEvalCallback",
    hint="Two events change the mode. Tell the model and, by self.run, the runner.",
    handout="the modes, in_train",
    stub="Sets the model's mode and run.in_train at begin_epoch and begin_validate",
)
@given(fits=st.lists(epochs(broken_off=False), min_size=1, max_size=2))
@example(fits=[[[1, 1, 0, 1]]])
@example(fits=[[[2, 2, 0, 1], [2, 2, 0, 1]]])
@example(fits=[[[1, 1, 0, 1]], [[1, 1, 0, 1]]])
def test_modes_and_in_train(student, fits):
    """From begin_epoch on, in_train is true and the model in train mode; from begin_validate on, neither"""
    for moment, f, e, k, state in student.run("train_eval", fits):
        if moment == "begin_fit":
            continue
        training = moment in ("begin_epoch", "begin_batch", "batch")
        at = where(f, e, k, moment)
        known = (
            "run.in_train is not there"
            if state["in_train"] is None
            else f"run.in_train is {state['in_train']!r}"
        )
        require(
            state["in_train"] is not None and bool(state["in_train"]) is training,
            f"{at}, {known}, not {training}",
        )
        mode = "train" if training else "eval"
        require(state["training"] is training, f"{at}, the model is not in {mode} mode")


@points(
    2,
    function="TrainEvalCallback",
    hint="After which event is a batch one more? And of which half?",
    handout=(
        (
            "in_train, not the model's mode, says whether a batch is for training: a callback may "
            "change the mode."
        ),
        (
            "A second fit starts clean, however the first one ended: stop, counts, modes and "
            "learner are those of a first one."
        ),
    ),
    stub="the number of training batches that are done since the fit began, cancelled ones included",
)
@given(fits=st.lists(epochs(broken_off=True), min_size=1, max_size=2), switched=st.booleans())
@example(fits=[[[2, 2, 0, 1], [2, 2, 0, 1]]], switched=False)
@example(fits=[[[2, 2, 2, 2]]], switched=False)
@example(fits=[[[1, 1, 0, 0]], [[1, 1, 0, 0]]], switched=False)
@example(fits=[[[3, 1, 0, 2], [3, 3, 0, 0]]], switched=False)
@example(fits=[[[1, 1, 0, 1]]], switched=True)
def test_n_iter(student, fits, switched):
    """run.n_iter counts this fit's training batches, cancelled ones and those in eval mode too, none of validation"""
    for moment, f, e, k, state in student.run("train_eval", fits, switched):
        done = 0 if moment == "begin_fit" else sum(epoch[1] for epoch in fits[f][:e])
        if moment in ("begin_batch", "batch"):
            done += k + (moment == "batch")
        elif moment in ("begin_validate", "validation batch"):
            done += fits[f][e][1]
        got = state["n_iter"]
        mode = ", a callback having changed the model's mode" if switched and "batch" in moment else ""
        require(got == done, f"{where(f, e, k, moment)}{mode}, run.n_iter is {got!r}, expected {done}")


@points(
    2,
    function="TrainEvalCallback",
    hint="An epoch is iters batches. Which iters: those of the loop that runs now?",
    stub="the epoch's number when it begins, and 1 / iters more after each batch",
)
@given(fits=st.lists(epochs(broken_off=True), min_size=1, max_size=2))
@example(fits=[[[2, 2, 0, 1], [4, 4, 0, 1]]])
@example(fits=[[[4, 1, 0, 1], [2, 2, 0, 1]]])
@example(fits=[[[4, 4, 1, 2]]])
@example(fits=[[[3, 3, 0, 0]], [[3, 3, 0, 0]]])
def test_n_epochs(student, fits):
    """run.n_epochs is the epoch's number when it begins, and grows by 1 / iters with each training batch"""
    for moment, f, e, k, state in student.run("train_eval", fits):
        n, trained, *_ = fits[f][e]
        done = {"begin_fit": 0, "begin_epoch": e, "begin_batch": e + k / n, "batch": e + (k + 1) / n}.get(
            moment, e + trained / n
        )
        assert_close(state["n_epochs"], done, what=f"{where(f, e, k, moment)}, run.n_epochs", atol=1e-9)
