"""fit and what it is given: layers that care about the mode, loaders of any kind, parts that raise an exception.

A weaker suite lets pass: a mode that is set on the model alone, a loader that is made a list of first (right as long
as it fits into memory), len() of a loader that has none, an except that hides everything.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal

from .support.common import W, X, Y, epochs_in_words
from .support.fit_surroundings import as_python, batches, logits, one_step

STAGE = [
    "from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace",
    "trace = Trace(); trace.note = note; model = Model(trace)",
]


@points(
    1,
    function="fit",
    handout=(
        "training in train mode, … validation in eval mode",
        "model.train() and model.eval() set training in the model and all its layers.",
    ),
    hint="model.train() reaches the layers within the model, model.training = True does not.",
)
@given(epochs=st.integers(1, 3), size=st.sampled_from([2, 3, 4, 6]))
@few_examples(8)
@example(epochs=1, size=6)
@example(epochs=2, size=3)
def test_modes_of_layers(student, epochs, size):
    """A layer like dropout, which does something in training only, does it in training only"""
    data = batches(size)
    valid = batches(6)
    fits = [{"epochs": epochs, "train": [data], "valid": [valid]}]
    code = as_python(epochs, data, valid, "doubles")
    got = student.run("train", W, fits, lr=0.1, middle="doubles", as_python=code)
    text = f"{epochs_in_words(epochs)} on batches of {size} items, with a layer in the model that doubles in train mode"
    w = W
    for k, (x, y) in enumerate(data * epochs):
        w = one_step(w, 2 * x, y, 0.1)
        require(k < len(got["path"]), f"{text}: only {k} steps were taken")
        assert_close(got["path"][k], w, what=f"{text}: w after step {k}", atol=1e-5)
    (result,) = got["results"]
    require(isinstance(result, list) and len(result) == 2, f"{text}: fit returned {literal(result)[:80]}")
    loss = torch.nn.functional.cross_entropy(logits(X, w), Y)
    assert_close(result[0], loss, what=f"{text}: the loss in validation", atol=1e-5)


@points(
    1,
    function="fit",
    handout=(
        "training in train mode, … validation in eval mode",
        "It goes through the loaders anew in each epoch, and each time once.",
    ),
    hint="Which batches may a batch norm see in train mode, and how often?",
)
@given(epochs=st.integers(1, 2), size=st.sampled_from([2, 3, 6]))
@few_examples(6)
@example(epochs=1, size=6)
@example(epochs=2, size=2)
def test_batchnorm(student, epochs, size):
    """A batch norm keeps statistics of each training batch, once an epoch, and none of validation"""
    data = batches(size)
    code = as_python(epochs, data, batches(3), "batchnorm")
    fits = [{"epochs": epochs, "train": [data], "valid": [batches(3)]}]
    got = student.run("train", W, fits, lr=0.1, middle="batchnorm", as_python=code)["buffers"]
    norm = torch.nn.BatchNorm1d(2)
    for x, _ in data * epochs:
        norm(x)
    text = f"{epochs_in_words(epochs)} on batches of {size} items, with a batch norm in the model"
    seen, owed = int(got["num_batches_tracked"]), int(norm.num_batches_tracked)
    require(seen == owed, f"{text}: that took {seen} batches into its statistics, expected {owed}")
    assert_close(got["running_mean"], norm.running_mean, what=f"{text}: its running mean", atol=1e-5)


@points(
    1,
    function="fit",
    handout="Before a step it has drawn at most that step's batches and one more.",
    band="robust",
    hint="A data set may be larger than memory: take a batch, use it, take the next.",
)
@given(epochs=st.integers(1, 2), n=st.integers(3, 6))
@few_examples(6)
@example(epochs=1, n=4)
@example(epochs=2, n=3)
def test_batches_as_needed(student, epochs, n):
    """Each training batch is drawn once an epoch, and while the steps go on: not all of them beforehand"""
    code = "\n".join(
        [
            "note = lambda what, **details: print(what, details or '')",
            *STAGE,
            f"train_dl, valid_dl = Loader(trace, {[1] * n}), Loader(trace, [1], first={n})",
            f"fit({epochs}, model, Loss(trace), Optimizer(trace, model), train_dl, valid_dl)",
        ]
    )
    trace = student.run("story_of_fit", epochs, [1] * n, [1], as_python=code)["trace"]
    text = f"{epochs_in_words(epochs)} of {n} training batches"
    drawn, steps = [], 0
    for what, details in trace:
        steps += what == "step"
        if what == "draw" and details["batch"] < n:
            # One batch ahead is fine: how else would one know that it is the last?
            ahead = len(drawn) - steps
            require(
                ahead <= 1,
                f"{text}: after {steps} steps, {len(drawn) + 1} batches were drawn already",
            )
            drawn.append(details["batch"])
    require(drawn == [*range(n)] * epochs, f"{text}: drawn were {drawn}, expected 0 to {n - 1} in each epoch")


@points(
    1,
    function="fit",
    handout="fit needs no len of its loaders",
    stub="iterables of batches (xb, yb), which may differ in size",
    band="robust",
    hint="for xb, yb in dl: what else does a dl need to have?",
)
@given(kind=st.sampled_from(["unsized", "lists"]), size=st.integers(1, 6), epochs=st.integers(1, 2))
@few_examples(8)
@example(kind="unsized", size=3, epochs=1)
@example(kind="lists", size=3, epochs=2)
def test_any_iterable_of_batches(student, kind, size, epochs):
    """Batches may come from a list, as lists [xb, yb], or from something that can be iterated and nothing else"""
    code = as_python(epochs, batches(size), batches(2), unsized=kind == "unsized")
    fits = [{"epochs": epochs, "train": [batches(size)], "valid": [batches(2)]}]
    got = student.run("train", W, fits, lr=0.1, batches=kind, as_python=code)
    what = {"unsized": "loaders without a length", "lists": "lists of batches [xb, yb]"}[kind]
    text = f"{epochs_in_words(epochs)} on {what}"
    w = W
    for x, y in batches(size) * epochs:
        w = one_step(w, x, y, 0.1)
    assert_close(got["w"], w, what=f"{text}: the weights in the end", atol=1e-5)
    (result,) = got["results"]
    require(isinstance(result, list) and len(result) == 2, f"{text}: fit returned {literal(result)[:80]}")
    loss = torch.nn.functional.cross_entropy(logits(X, w), Y)
    assert_close(result[0], loss, what=f"{text}: the loss", atol=1e-5)


TIMES = ("first", "second", "third", "fourth")
PLACES = {
    "draw": "a data loader",
    "forward": "the model",
    "loss": "the loss function",
    "step": "the optimizer",
}


@points(
    1,
    function="fit",
    handout="lets exceptions through",
    band="robust",
    hint="Which exceptions are fit's to deal with?",
)
@given(
    what=st.sampled_from(list(PLACES)),
    nth=st.integers(0, 3),
    error=st.sampled_from(["ValueError", "RuntimeError", "KeyError", "IndexError"]),
)
@few_examples(10)
@example(what="draw", nth=0, error="IndexError")
@example(what="forward", nth=1, error="RuntimeError")
@example(what="forward", nth=2, error="RuntimeError")
@example(what="loss", nth=2, error="ValueError")
@example(what="step", nth=1, error="KeyError")
def test_exceptions_reach_the_caller(student, what, nth, error):
    """An exception in the data, the model, the loss or the optimizer reaches the caller of fit"""
    code = "\n".join(
        [
            "from itertools import count",
            "def note(what, n=count(), **details):",
            f"    if what == {what!r} and next(n) == {nth}: raise {error}",
            *STAGE,
            "train_dl, valid_dl = Loader(trace, [1, 1]), Loader(trace, [1], first=2)",
            "fit(2, model, Loss(trace), Optimizer(trace, model), train_dl, valid_dl)",
        ]
    )
    with student.raises(error, f"fit, when {PLACES[what]} raises {error} the {TIMES[nth]} time it is used,"):
        student.run("break_fit", 2, [1, 1], [1], what, nth, error, as_python=code)
