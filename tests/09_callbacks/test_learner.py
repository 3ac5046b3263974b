"""The learner's state: what callbacks may write, modes, gradients, the optimizer it makes.

A weaker suite lets pass: a loss that goes into backward although a callback replaced it, local variables that no
callback can reach, an lr of its own, validation that trains. The stand-in model is x · weight and its gradient the mean
of the batch's x, which is 2^k for batch k: so all numbers are known.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.training.narration import as_python, moments, narrate
from grader.suite.training.scripts import script, scripts

from .support.common import at
from .support.learner import before_and_after, check_loss

RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)

quiet = scripts(st.nothing(), most_callbacks=0, least_valid=1)


@points(
    2,
    function="Learner",
    beside="test_the_optimizer",
    hint="model.train() and model.eval(): who calls them, and when? What is under torch.no_grad()?",
    handout="Validation runs in eval mode, without grad, backward and step.",
)
@few_examples(6)
@given(s=quiet)
@example(s=script())
@example(s=script(epochs=2, train=[1, 1]))
def test_modes(student, s):
    """Training is in train mode with gradients, validation in eval mode without, in each epoch"""
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN))
    for what, got in trace:
        if what == "forward":
            training = got["batch"] < len(s["train"])
            called = f"{narrate(s)}:\nin {'training' if training else 'validation'}, the model was called "
            mode, grad = ("train", "on") if training else ("eval", "off")
            require(got["training"] is training, f"{called}while it was not in {mode} mode")
            require(
                got["grad"] is training, f"{called}while gradients were not {grad} (torch.is_grad_enabled())"
            )


@points(
    2,
    function="Learner",
    hint="Which gradients are in .grad at each step, and who zeroes them, when?",
    handout=("fit(n_epoch), as in the picture.", "the rest of the scope is skipped"),
)
@few_examples(8)
@given(s=quiet)
@example(s=script(train=[1, 1], epochs=2))
@example(s=at("CancelBatchException", "after_backward", train=[1, 1, 1]))
@example(s=at("CancelBatchException", "after_step", train=[1, 1]))
@example(s=at("CancelBatchException", "after_backward", 1, train=[1, 1], epochs=2))
def test_gradients_of_each_step(student, s):
    """Each step is taken with the gradient of its batch, and those of batches that were cancelled before zero_grad"""
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN))
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
    cancelled = any(a["event"] == "after_backward" for cb in s["callbacks"] for a in cb["acts"])
    steps, due = moments(trace).count("step"), s["epochs"] * len(s["train"]) - cancelled
    require(steps == due, f"{narrate(s)}:\nthe optimizer stepped {steps} times, expected {due}")


@points(
    1,
    function="Learner",
    hint="opt_func(model.parameters(), lr=lr)",
    handout="The optimizer is opt_func(model.parameters(), lr=lr).",
)
@few_examples()
@given(lr=st.sampled_from([0.5, 0.25, 2.0]))
@example(lr=0.25)
def test_the_optimizer(student, lr):
    """The optimizer is made by opt_func of the model's parameters and the learner's lr, and takes the steps"""
    trace = student.run("made", lr)
    story = f"Learner(…, lr={lr}) after a fit of 2 batches: "
    calls = [details for what, details in trace if what == "opt"]
    require(bool(calls), f"{story}opt_func was never called")
    for call in calls:
        require(call["lr"] == lr, f"{story}opt_func was called with lr={call['lr']}, expected {lr}")
        require(call["params"], f"{story}the parameters that opt_func was called with are not the model's")
    steps = moments(trace).count("step")
    require(steps == 2, f"{story}the optimizer stepped {steps} times, expected 2")


@points(
    2,
    function="Learner",
    hint="model(*self.xb), loss_func(self.pred, *self.yb); x is xb[0] where there is only one.",
    handout=(
        "several inputs or targets come as a tuple",
        "xb, yb, always tuples; x, y: the entry itself where there is only one",
        "pred = model(*xb)",
        "loss = loss_func(pred, *yb)",
    ),
)
@few_examples(8)
@given(inputs=st.integers(1, 3), targets=st.integers(1, 3))
@example(inputs=1, targets=1)
@example(inputs=2, targets=1)
@example(inputs=1, targets=2)
def test_several_inputs_and_targets(student, inputs, targets):
    """A tuple of inputs goes into the model one by one, a tuple of targets into the loss; x and y undo tuples of one"""
    got = student.run("several", inputs, targets)
    story = f"a batch (xb, yb) of {inputs} inputs and {targets} targets: "
    sums = [[2.0 ** (k + 1) for k in range(n)] for n in (inputs, targets)]
    first = got["inputs"][0]
    require(first == sums[0], f"{story}the model was called with inputs of sums {first}, expected {sums[0]}")
    require(
        got["targets"] == sums[1], f"{story}the loss got targets of sums {got['targets']}, expected {sums[1]}"
    )
    for name, one, n in (("xb", "x", inputs), ("yb", "y", targets)):
        kind_of, length = got[name]
        require(kind_of == "tuple", f"{story}learn.{name} is a {kind_of}, expected a tuple")
        require(length == n, f"{story}learn.{name} has {length} entries, expected {n}")
        whole = f"the only entry of {name}" if n == 1 else f"{name} as a whole"
        require(got[one], f"{story}learn.{one} is not {whole}")


@points(
    1,
    function="Learner",
    beside="test_the_optimizer",
    hint="After before_batch, which xb goes into the model? self.xb, read anew.",
    handout="self.learn.loss = … (or pred, xb, yb) changes what the next line of the loop works with.",
)
def test_a_callback_replaces_the_batch(student):
    """What a callback writes to learn.xb and learn.yb at before_batch goes into the model and the loss"""
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], "before_batch", {"xb": (2.0, 0.0)}):
        if what == "forward":
            text = "a callback doubled learn.xb at before_batch, but the model was called with the old one"
            require(changed["batch"] == plain["batch"] + 1, text)
    check_loss(student, "before_batch", "yb", -3)


@points(
    1,
    function="Learner",
    beside="test_the_optimizer",
    hint="pred and loss are the learner's: after the event, read them from there.",
    handout="self.learn.loss = … (or pred, xb, yb) changes what the next line of the loop works with.",
)
def test_a_callback_replaces_pred_and_loss(student):
    """What a callback writes to learn.pred and learn.yb at after_pred, to learn.loss at after_loss, counts"""
    check_loss(student, "after_pred", "pred", 3)
    check_loss(student, "after_pred", "yb", -3)
    for (what, _), (_, changed) in before_and_after(student, [1, 2], "after_loss", {"loss": (3.0, 0.0)}):
        if what == "backward":
            times = changed["upstream"]
            text = f"a callback made learn.loss 3 times as large; its gradient became {times:g}, not 3, times"
            require(times == 3, text)


@points(
    1,
    function="Learner",
    band="robust",
    hint="self.loss_func, self.opt, self.model: read anew in each batch.",
    handout="a loss_func, opt or model that a callback puts in the learner's place is used",
)
def test_a_callback_replaces_the_parts(student):
    """A loss_func, opt or model that a callback puts in the learner's place is used from then on"""
    for name, event, sign in (
        ("loss_func", "after_pred", "new loss"),
        ("model", "before_batch", "new forward"),
        ("opt", "after_backward", "new step"),
    ):
        words = [what for what, _ in student.run("replace", name, event)]
        text = f"a callback put a new learn.{name} in place at {event} of the second batch, which was not used there"
        require(sign in words, text)
