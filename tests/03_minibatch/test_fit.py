"""fit as a story: which batch meets which mode, what each step finds in .grad, and the weights after each step.

A weaker suite lets pass: gradients that add up from batch to batch ("the loss went down"), a return in the loop over
epochs, a model that stays in eval mode from the second epoch on, an opt or a lr that is not the one passed.
In the stories training batch k has x = 2^k: the mean of x, which is the loss's gradient, tells the batches in it.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.strategies import tensors

from .support.fit import LOSSES, SIX, batch_name, batches, check_path, in_words, passes, run, story

sizes = st.lists(st.integers(2, 4), min_size=1, max_size=3)
runs = st.fixed_dictionaries({"epochs": st.integers(1, 3), "train": sizes, "valid": sizes})


@points(
    2,
    function="fit",
    handout=("each epoch: training … with one step for each batch", "then validation"),
    hint="Which of the six lines belong to a batch, which to an epoch, which to the whole?",
)
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(train=(2, 2)))
@example(r=run(epochs=2, train=(3, 2), valid=(2, 2)))
def test_order(student, r):
    """Each epoch trains on every batch, with one step a batch, and then goes over the validation batches"""
    trace, _ = story(student, r)
    n, m = len(r["train"]), len(r["valid"])
    called = {"forward": "the model called on {}", "step": "a step"}
    got = [
        called[what].format(batch_name(details.get("batch", 0), r))
        for what, details in trace
        if what in called
    ]
    # A batch on which the model is called twice in a row is unusual, but not wrong.
    got = [word for k, word in enumerate(got) if k == 0 or word != got[k - 1] or word == "a step"]
    epoch = [w for k in range(n) for w in (f"the model called on {batch_name(k, r)}", "a step")]
    epoch += [f"the model called on {batch_name(n + k, r)}" for k in range(m)]
    for k, (one, other) in enumerate(zip([*got, "the end"], [*epoch * r["epochs"], "the end"], strict=False)):
        before = f"after {got[k - 1]}" if k else "at first"
        require(one == other, f"{in_words(r)}:\n{before} (moment {k}) came {one}, expected {other}")


@points(
    2,
    function="fit",
    handout="with one step for each batch, by its gradient alone",
    hint="backward() adds to .grad: what has to happen between two batches?",
)
@few_examples(12)
@given(r=runs)
@example(r=run(train=(2, 2)))
@example(r=run(epochs=2, train=(2,)))
@example(r=run(epochs=2, train=(3, 2)))
def test_gradient_of_each_step(student, r):
    """Each step is taken with the gradient of its batch alone"""
    trace, _ = story(student, r)
    steps = [details["gradient"] for what, details in trace if what == "step"]
    require(bool(steps), f"{in_words(r)}:\nopt.step() was never called")
    for i, gradient in enumerate(steps):
        k = i % len(r["train"])
        text = f"{in_words(r)}:\nstep {i}, on training batch {k}, "
        require(gradient is not None, f"{text}was taken without a gradient")
        clean = abs(gradient - 2.0**k) < 1e-5 * 2.0**k
        others = "" if clean or gradient < 2.0**k else ": that of another batch is still in it"
        require(clean, f"{text}was taken with the gradient {gradient:g}, expected {2.0**k:g}{others}")


@points(
    2,
    function="fit",
    handout="training in train mode, … validation in eval mode",
    hint="model.train() and model.eval(): where do they stand, if there is a second epoch?",
    beside="test_order",
)
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(epochs=2))
@example(r=run(train=(2, 2), valid=(2, 2)))
def test_modes(student, r):
    """Training runs in train mode, validation in eval mode, in each epoch, whatever mode the model comes in"""
    trace, _ = story(student, r)
    steps = 0
    for what, details in trace:
        steps += what == "step"
        if what == "forward":
            training = details["batch"] < len(r["train"])
            modes = ["eval", "train"]
            require(
                details["training"] is training,
                f"{in_words(r)}:\n(steps so far: {steps}) on {batch_name(details['batch'], r)}, the model was in "
                f"{modes[details['training']]} mode, expected {modes[training]} mode",
            )


@points(
    2,
    function="fit",
    handout=(
        "validation in eval mode, without gradients",
        "step and fit leave autograd switched on behind them.",
    ),
    hint="with torch.no_grad(): around what?",
    beside="test_order",
)
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(epochs=2, valid=(3, 2)))
def test_validation_without_grad(student, r):
    """Validation computes no gradients and goes back through nothing; afterwards gradients are on as before"""
    trace, report = story(student, r)
    last = -1
    for what, details in trace:
        if what == "forward":
            last = details["batch"]
            off = last < len(r["train"]) or not details["grad"]
            require(
                off, f"{in_words(r)}:\nthe model was called on {batch_name(last, r)} while gradients were on"
            )
        if what == "backward":
            require(last < len(r["train"]), f"{in_words(r)}:\na backward pass ran on {batch_name(last, r)}")
    require(report["grad_enabled"], f"{in_words(r)}:\nafter fit, gradients are off for everybody")


weights = tensors((2, 3), magnitude=2.0)
W = torch.tensor([[0.5, -0.5, 0.0], [0.0, 1.0, -1.0]])


@points(
    3,
    function="fit",
    handout=(
        "fit uses nothing but its arguments and accuracy. "
        "It goes through the loaders anew in each epoch, and each time once.",
        "with one step for each batch, by its gradient alone",
    ),
    hint="model, loss_func and opt are the arguments, not what the module happens to have.",
)
@given(
    w=weights,
    train=passes,
    lr=st.sampled_from([0.5, 0.1, 0.02]),
    loss=st.sampled_from(list(LOSSES)),
    epochs=st.integers(1, 3),
)
@example(w=W, train=[batches(SIX[:2], 2)], lr=0.5, loss="cross_entropy", epochs=1)
@example(w=W, train=[batches(SIX, 2)], lr=0.5, loss="cross_entropy", epochs=2)
@example(w=W, train=[batches(SIX, 4)], lr=0.1, loss="squared", epochs=2)
@example(w=W, train=[batches(SIX, 3), batches(SIX[::-1], 3)], lr=0.1, loss="cross_entropy", epochs=2)
def test_trajectory(student, w, train, lr, loss, epochs):
    """After each step the weights are those of gradient descent by torch, with the loss and the lr given"""
    check_path(student, w, train, lr, loss, epochs)


@points(
    1,
    function="fit",
    handout="fit uses nothing but its arguments and accuracy.",
    hint="What does a fit remember of the one before?",
)
@given(w=weights, train=passes, epochs=st.integers(1, 2))
@few_examples(8)
@example(w=W, train=[batches(SIX, 2)], epochs=1)
def test_second_fit(student, w, train, epochs):
    """A second fit goes on from the weights that the first one left"""
    check_path(student, w, train[:1], 0.1, "cross_entropy", epochs, times=2)
