"""The runner's state: what callbacks read of it and may write, modes and gradients.

A weaker suite lets pass: local variables that callbacks cannot reach, validation that trains (right as long as nobody
looks at the weight), iters that stay those of training, a loss that is detached from what callbacks wrote. The model
is x · weight and the gradient the mean of the batch's x, which is 2^k for batch k: so all numbers are known.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, points, require
from grader.suite.examples import few_examples
from grader.suite.training.narration import as_python, moments, narrate
from grader.suite.training.scripts import act, callback, callbacks, script, scripts

from .support.common import RUN
from .support.state import batch_name, before_and_after, begun_batches

BATCH_EVENTS = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
quiet = scripts(callbacks(st.nothing(), most_acts=0), least_callbacks=1, most_callbacks=1)


@points(
    1,
    function="Runner",
    hint="Which of them belong to the fit, which to an epoch, and which to a loop over batches?",
    handout="It adds a TrainEvalCallback by itself.",
    stub="from begin_fit on: learn, epochs, stop; n_iter and n_epochs from begin_epoch on: "
    "epoch (from 0), in_train in a loop over batches: iters (the number of its batches)",
)
@few_examples(8)
@given(s=quiet)
@example(s=script(callback()))
@example(s=script(callback(), epochs=2, train=[1, 1, 1], valid=[1, 1]))
def test_where_we_are(student, s):
    """epoch, epochs, iters and in_train tell at each begin_batch where the fit is; n_iter and n_epochs are there"""
    n = len(s["train"])
    for state, training, epoch, k in begun_batches(student, s):
        expected = {
            "epoch": epoch,
            "epochs": s["epochs"],
            "iters": n if training else len(s["valid"]),
            "in_train": training,
        }
        at = f"{narrate(s)}:\nat begin_batch of {batch_name(training, epoch, k)}, runner."
        for name, value in expected.items():
            require(state[name] == value, f"{at}{name} is {state[name]!r}, expected {value!r}")
        for name in ("n_iter", "n_epochs"):
            require(state[name] is not None, f"{at}{name} is not there: who asks a TrainEvalCallback?")
        require(state["learner"], f"{at}learn is not the learner that was given to fit")


@points(
    2,
    function="Runner",
    beside="test_gradients_of_each_step",
    hint="What is under torch.no_grad()? And what is not?",
    handout="Validation batches run without gradients.",
)
@few_examples(6)
@given(s=quiet)
@example(s=script(callback()))
@example(s=script(callback(), epochs=2, train=[1, 1]))
def test_gradients_are_for_training(student, s):
    """Training batches are done with gradients, validation batches without, in each epoch"""
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN, ["begin_batch"]))
    for what, got in trace:
        if what == "forward":
            training = got["batch"] < len(s["train"])
            at = f"{narrate(s)}:\nin {'training' if training else 'validation'}, the model was called "
            grad = "on" if training else "off"
            require(got["grad"] is training, f"{at}while gradients were not {grad} (torch.is_grad_enabled())")


@points(
    2,
    function="Runner",
    hint="The opt is the learner's. What does it find in .grad at each step?",
    handout=(
        "after_backward | step and zero_grad",
        "after_step | zero_grad",
    ),
    stub="Forward and loss and, in training, backward, step and zero_grad",
)
@few_examples(8)
@given(s=quiet)
@example(s=script(callback(), train=[1, 1], epochs=2))
@example(s=script(callback(act("after_step")), train=[1, 1, 1]))
@example(s=script(callback(act("after_backward")), train=[1, 1]))
@example(s=script(callback(act("after_backward", 1)), train=[1, 1], epochs=2))
def test_gradients_of_each_step(student, s):
    """Each step is taken with the gradient of its batch, plus those that a callback kept from being zeroed"""
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN, BATCH_EVENTS))
    kept, weight, batch = 0.0, 0.0, None
    for what, details in trace:
        if what == "forward":
            batch = details["batch"]
            assert_close(
                details["weight"], weight, what=f"{narrate(s)}:\nthe weight in batch {batch}", atol=0.0
            )
        elif what == "backward":
            kept += 2.0**batch
        elif what == "step":
            got = details["gradient"]
            require(
                got is not None, f"{narrate(s)}:\nthe optimizer stepped on batch {batch} without a gradient"
            )
            assert_close(
                got, kept, what=f"{narrate(s)}:\nthe gradient in the step on batch {batch}", atol=0.0
            )
            weight -= kept
        elif what == "zero_grad":
            kept = 0.0
    steps = moments(trace).count("step")
    cancelled = any(a["event"] == "after_backward" for cb in s["callbacks"] for a in cb["acts"])
    due = s["epochs"] * len(s["train"]) - cancelled
    require(steps == due, f"{narrate(s)}:\nthe optimizer stepped {steps} times, expected {due}")


@points(
    1,
    function="Runner",
    hint="What a callback is to see has to be an attribute of the runner.",
    handout="the attributes of its docstring",
    stub="in a loop over batches: … xb, yb; pred and loss once they are computed",
)
@given(s=scripts(st.nothing(), most_callbacks=0))
@few_examples()
@example(s=script(train=[2, 1], valid=[3]))
@example(s=script(epochs=2))
def test_what_a_batch_shows(student, s):
    """xb and yb, pred and loss of the present batch are the runner's, in training and in validation"""
    seen = student.run("look", s)
    first_row = {half: [sum(s[half][:k]) for k in range(len(s[half]))] for half in ("train", "valid")}
    epoch = [(half, k, size) for half in ("train", "valid") for k, size in enumerate(s[half])]
    require(
        len(seen["batches"]) == len(epoch) * s["epochs"],
        f"{narrate(s)}:\nafter_loss came {len(seen['batches'])} times, expected {len(epoch) * s['epochs']}",
    )
    for (half, k, size), got in zip(epoch * s["epochs"], seen["batches"], strict=True):
        at = f"{narrate(s)}:\nat after_loss of {'training' if half == 'train' else 'validation'} batch {k}, runner."
        x = 2.0 ** (k + (len(s["train"]) if half == "valid" else 0))
        rows = [float(first_row[half][k] + i) for i in range(size)]
        pred = got["weight"] * x
        for name, expected in (("xb", [x] * size), ("yb", rows), ("pred", [pred] * size)):
            value = got[name].flatten().tolist()
            require(value == expected, f"{at}{name} holds {value}, expected {expected}")
        assert_close(got["loss"], pred - sum(rows) / size, what=f"{at}loss", atol=1e-9)


@points(
    1,
    function="Runner",
    hint="The runner hands on what its learner has, up to and including after_fit.",
    handout="the attributes of its docstring",
    stub="Attributes: opt, model, loss_func and data of the learner",
)
def test_what_a_learner_shows(student):
    """opt, model, loss_func and data of the runner are the learner's, from begin_fit to after_fit"""
    seen = student.run("look", script())["learner"]
    require(len(seen) == 2, f"begin_fit and after_fit came {len(seen)} times in all, expected 2")
    for event, same in zip(("begin_fit", "after_fit"), seen, strict=True):
        for name, yes in same.items():
            require(yes, f"at {event}, runner.{name} is not the learner's {name}")


@points(
    1,
    function="Runner",
    beside="test_gradients_of_each_step",
    hint="After begin_batch, which xb goes into the model?",
    handout="If a callback writes to xb or yb at begin_batch, the loop uses the new value.",
)
def test_a_callback_replaces_the_batch(student):
    """What a callback writes to runner.xb and runner.yb at begin_batch goes into the model and the loss"""
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], "begin_batch", {"xb": (2.0, 0.0)}):
        if what == "forward":
            old = changed["batch"] != plain["batch"] + 1
            require(
                not old,
                "a callback doubled runner.xb at begin_batch, but the model was called with the old one",
            )
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], "begin_batch", {"yb": (1.0, 3.0)}):
        if what == "loss":
            off = changed["value"] - plain["value"]
            require(
                off == -3,
                f"a callback added 3 to runner.yb at begin_batch: the loss changed by {off:g}, not -3",
            )


@points(
    1,
    function="Runner",
    beside="test_gradients_of_each_step",
    band="robust",
    hint="pred and loss are the runner's: after the event, read them from there.",
    handout="So it does for pred and yb at after_pred, and for loss at after_loss.",
)
def test_a_callback_replaces_pred_and_loss(student):
    """What a callback writes to runner.pred and runner.yb at after_pred, to runner.loss at after_loss, counts"""
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], "after_pred", {"pred": (1.0, 3.0)}):
        if what == "loss":
            off = changed["value"] - plain["value"]
            require(
                off == 3,
                f"a callback added 3 to runner.pred at after_pred; that changed the loss by {off:g}, not 3",
            )
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], "after_pred", {"yb": (1.0, 3.0)}):
        if what == "loss":
            off = changed["value"] - plain["value"]
            require(
                off == -3,
                f"a callback added 3 to runner.yb at after_pred; that changed the loss by {off:g}, not -3",
            )
    for (what, _), (_, changed) in before_and_after(student, [1, 2], "after_loss", {"loss": (3.0, 0.0)}):
        if what == "backward":
            times = changed["upstream"]
            require(
                times == 3,
                f"a callback made runner.loss 3 times as large; its gradient became {times:g}, not 3, times",
            )


@points(
    1,
    function="Runner",
    beside="test_gradients_of_each_step",
    hint="in_train says whether this is training. The model's mode is the callbacks' business.",
    handout="in_train, not the model's mode, says whether a batch is for training: a callback may "
    "change the mode.",
)
def test_a_callback_sets_the_mode(student):
    """A callback that puts the model in eval mode (to freeze its batch norms, say) does not end the training"""
    done = ("forward", "loss", "backward", "step", "zero_grad")
    plain = [what for what, _ in student.run("set_mode", [1, 2], None) if what in done]
    for training in (False, True):
        got = [what for what, _ in student.run("set_mode", [1, 2], training) if what in done]
        mode = f"model.{'train' if training else 'eval'}()"
        require(
            got == plain,
            f"a callback called {mode} at each begin_batch; after that, these came in two training and two "
            f"validation batches: {', '.join(got)}; expected: {', '.join(plain)}",
        )
