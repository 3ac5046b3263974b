"""The learner's state: what callbacks read of it, what they may write, modes, gradients, the optimizer it makes.

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


@points(2, function="Learner", hint="Which gradients are in .grad at each step, and who zeroes them, when?")
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


@points(1, function="Learner", hint="opt_func(model.parameters(), lr=lr)")
@few_examples()
@given(lr=st.sampled_from([0.5, 0.25, 2.0, 0.0]), fits=st.integers(1, 2), cbs=st.booleans())
@example(lr=0.25, fits=1, cbs=False)
@example(lr=0.25, fits=2, cbs=True)
def test_the_optimizer(student, lr, fits, cbs):
    """The optimizer is made by opt_func of the model's parameters and the learner's lr, and takes the steps"""
    trace = student.run("made", lr, fits, cbs)
    story = f"Learner(…, lr={lr}{', cbs=[]' if cbs else ''}) after {fits} fits of 2 batches: "
    calls = [details for what, details in trace if what == "opt"]
    require(1 <= len(calls) <= fits, f"{story}opt_func was called {len(calls)} times")
    for call in calls:
        require(call["lr"] == lr, f"{story}opt_func was called with lr={call['lr']}, expected {lr}")
        require(call["params"], f"{story}the parameters that opt_func was called with are not the model's")
    steps = moments(trace).count("step")
    require(steps == 2 * fits, f"{story}the optimizer stepped {steps} times, expected {2 * fits}")


@points(2, function="Learner", hint="What a callback is to see has to be an attribute of the learner.")
@few_examples()
@given(s=quiet)
@example(s=script(train=[2, 1], valid=[3]))
@example(s=script(epochs=2))
def test_what_a_batch_shows(student, s):
    """While a batch runs, xb, x, yb, y, pred, loss, dl, iter, n_iter, epoch and n_epoch are those of this batch"""
    seen = [what for moment, what in student.run("look", s, 0.5) if moment == "after_loss"]
    first_row = {half: [sum(s[half][:k]) for k in range(len(s[half]))] for half in ("train", "valid")}
    epoch = [(half, k, size) for half in ("train", "valid") for k, size in enumerate(s[half])]
    due = len(epoch) * s["epochs"]
    require(len(seen) == due, f"{narrate(s)}:\nafter_loss came {len(seen)} times, expected {due}")
    for i, ((half, k, size), got) in enumerate(zip(epoch * s["epochs"], seen, strict=True)):
        where = f"{narrate(s)}:\nat after_loss of {'training' if half == 'train' else 'validation'} batch {k}, learn."
        x = 2.0 ** (k + (len(s["train"]) if half == "valid" else 0))
        rows = [float(first_row[half][k] + i) for i in range(size)]
        pred = got["weight"] * x
        for name, expected in (("x", [x] * size), ("y", rows), ("pred", [pred] * size)):
            value = got[name].flatten().tolist()
            require(value == expected, f"{where}{name} holds {value}, expected {expected}")
        for name, one in (("xb", "x"), ("yb", "y")):
            require(got[name] is True, f"{where}{name} is no tuple that holds learn.{one} alone")
        assert_close(got["loss"], pred - sum(rows) / size, what=f"{where}loss", atol=1e-9)
        place = {
            "dl": half,
            "iter": k,
            "n_iter": len(s[half]),
            "epoch": i // len(epoch),
            "n_epoch": s["epochs"],
        }
        for name, expected in place.items():
            require(got[name] == expected, f"{where}{name} is {got[name]!r}, expected {expected!r}")


@points(1, function="Learner", hint="What the learner was given is its attribute, under the same name.")
def test_what_a_learner_shows(student):
    """model, dls, loss_func, opt_func, opt, cbs, recorder and n_epoch can be read from before_fit to after_fit"""
    seen = {moment: what for moment, what in student.run("look", script(), 0.5) if moment != "after_loss"}
    require(set(seen) == {"before_fit", "after_fit"}, f"of before_fit and after_fit came {sorted(seen)}")
    wrong = {
        "cbs": "holds not all of TrainEvalCallback, Recorder and the callback that was given",
        "opt": "is not what opt_func returned",
        "recorder": "is no Recorder",
        "dls": "has not the train and valid that it was given",
    }
    for moment, same in seen.items():
        for name, yes in same.items():
            text = wrong.get(name, "is not what it was given")
            require(yes, f"at {moment}, a callback reads self.{name}: it {text}")


@points(
    2,
    function="Learner",
    hint="model(*self.xb), loss_func(self.pred, *self.yb); x is xb[0] where there is only one.",
)
@few_examples(8)
@given(inputs=st.integers(1, 3), targets=st.integers(1, 3), kind=st.sampled_from(["bare", "tuple", "list"]))
@example(inputs=1, targets=1, kind="bare")
@example(inputs=2, targets=1, kind="tuple")
@example(inputs=1, targets=2, kind="tuple")
@example(inputs=2, targets=3, kind="list")
@example(inputs=1, targets=1, kind="tuple")
def test_several_inputs_and_targets(student, inputs, targets, kind):
    """A tuple of inputs goes into the model one by one, a tuple of targets into the loss; x and y undo tuples of one"""
    kind = "tuple" if kind == "bare" and (inputs > 1 or targets > 1) else kind
    got = student.run("several", inputs, targets, kind)
    story = f"a batch (xb, yb) of {inputs} inputs and {targets} targets ({'no tuples' if kind == 'bare' else kind}): "
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
