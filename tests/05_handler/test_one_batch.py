"""one_batch, with a handler that stands in for the student's and answers by a script.

A weaker suite lets pass: the step taken before after_backward is asked, after_step asked only if there was a step,
zero_grad whatever the answer (with one batch the weight is the same), loss_func(yb, pred), another fit's learner.

The data are such that a batch's gradient is 2^k in batch k: a step's gradient tells which batches are in it.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import first_difference, moments
from grader.suite.training.scripts import act, callback, raises, script

from .support.one_batch import (
    BAG,
    COURSE,
    SKIPPED,
    check_batches,
    check_course,
    check_numbers,
    code,
    course,
    handlers,
    sizes,
    story,
)

LANDMARKS = list(SKIPPED)


@points(
    3,
    function="one_batch",
    hint="Four questions, and what is done between them.",
    handout="cb.begin_batch(xb, yb) … loss = loss_func(model(xb), yb) … cb.after_loss(loss) … "
    "backward … cb.after_backward() … step … cb.after_step() … zero_grad",
)
@few_examples(8)
@given(s=sizes().map(lambda train: script(callback(), train=train)))
@example(s=script(callback()))
@example(s=script(callback(), train=[2, 1]))
def test_the_course_of_a_batch(student, s):
    """begin_batch, forward, loss, after_loss, backward, after_backward, step, after_step, zero_grad"""
    (trace,) = student.run("batches", s, as_python=code(s))
    check_course(s, trace)
    check_numbers(s, trace)
    batch = -1
    for what, details in trace:
        event = details.get("event")
        if what == "backward":
            require(
                details["upstream"] == 1,
                f"the backward pass of the loss began with {details['upstream']}, not 1",
            )
        if event == "begin_batch":
            batch += 1
            require(details["given"] == batch, "cb.begin_batch has to be given xb and yb as one_batch was")
        if event == "after_loss":
            require(details["given"], "cb.after_loss has to be given what loss_func returned")


@points(
    2,
    function="one_batch",
    hint="What is left of a batch that is refused? Of one that ends with its loss?",
    handout=(
        "cb.begin_batch(xb, yb) no: nothing of this batch",
        "cb.after_loss(loss) no: no backward, step or zero_grad",
    ),
)
@few_examples(12)
@given(s=handlers(["begin_batch", "after_loss"], 0).map(script))
@example(s=script(callback(act("begin_batch", value=False))))
@example(s=script(callback(act("after_loss", value=False))))
@example(s=script(callback(act("begin_batch", 0, value=False)), train=[1, 1]))
def test_no_batch_and_no_learning(student, s):
    """A no at begin_batch skips the batch, a no at after_loss what comes after the loss"""
    check_batches(student, s)


@points(
    2,
    function="one_batch",
    hint="A no at after_backward skips one line, and one line only.",
    handout="Mind after_backward: a no skips the step, and after_step is asked all the same.",
)
@few_examples(10)
@given(s=st.builds(lambda cb, train: script(cb, train=train), handlers(["after_backward"], 2), sizes()))
@example(s=script(callback(act("after_backward", value=False))))
@example(s=script(callback(act("after_backward", value=None)), train=[1, 1]))
def test_no_step(student, s):
    """A no at after_backward skips the step; after_step is asked all the same, and zero_grad follows"""
    check_batches(student, s)


@points(
    2,
    function="one_batch",
    hint="Which answer decides over zero_grad? Any other?",
    handout=(
        "cb.after_step() no: no zero_grad",
        "A callback that answers no to both lets gradients add up over several batches.",
    ),
)
@given(
    s=st.builds(
        lambda cb, train: script(cb, train=train), handlers(["after_step", "after_backward"], 2), sizes()
    )
)
@example(s=script(callback(act("after_step", value=False)), train=[1, 1]))
@example(
    s=script(callback(act("after_backward", value=False), act("after_step", value=False)), train=[1, 1, 1])
)
def test_gradients_add_up(student, s):
    """A no at after_step skips zero_grad, so that gradients add up; with a no at after_backward, over batches"""
    check_batches(student, s)


@points(
    1,
    function="one_batch",
    band="robust",
    hint="`if cb.begin_batch(xb, yb):`, and neither `is True` nor `is False`.",
    handout="Answers count as they do in if: … of any handler that fit is given",
)
@few_examples(10)
@given(
    yes=st.sampled_from([1, "yes", [0]]), event=st.sampled_from(LANDMARKS), no=st.sampled_from([0, "", []])
)
@example(yes="yes", event="begin_batch", no=0)
@example(yes=1, event="after_loss", no=[])
@example(yes=[0], event="after_backward", no=0)
@example(yes=1, event="after_step", no="")
def test_any_true_answer_of_the_handler(student, yes, event, no):
    """Of the handler's answers, 1, "yes" and [0] are a yes, 0, "" and [] are a no"""
    s = script(callback(act(event, value=no)), train=[1, 1])
    (trace,) = student.run("batches", s, None, yes, as_python=code(s, yes=yes))
    difference = first_difference(moments(trace), course(s))
    require(not difference, f"one_batch, {story(s)}, and {yes!r} at all other moments:\n{difference}")


raised = raises(LANDMARKS, latest=0)
done = raises(["forward", "loss", "step", "zero_grad"], ["RuntimeError", "ValueError"], latest=0)


@points(
    1,
    function="one_batch",
    band="robust",
    hint="Catch nothing.",
    handout="Nothing catches an exception: it reaches the caller.",
)
@few_examples(10)
@given(a=st.one_of(raised, done))
@example(a=act("after_backward", does="raise", value="RuntimeError"))
@example(a=act("after_loss", does="raise", value="AttributeError"))
@example(a=act("step", does="raise", value="ValueError"))
@example(a=act("forward", does="raise", value="RuntimeError"))
def test_exceptions_in_a_batch(student, a):
    """An exception of a callback, the model, the loss or the optimizer reaches the caller, and nothing comes after"""
    ours = a["event"] in LANDMARKS
    s = script(callback(a) if ours else callback())
    (trace,) = student.run("batches", s, [] if ours else [a], as_python=code(s) if ours else None)
    came = trace[-1][1]["raised"] or "no exception"
    require(came == a["value"], f"one_batch: {a['event']} raises {a['value']}, but the caller got {came}")
    due = COURSE[: COURSE.index(a["event"]) + 1]
    difference = first_difference(moments(trace), due)
    require(not difference, f"one_batch, when {a['event']} raises {a['value']}:\n{difference}")


@points(
    1,
    function="one_batch",
    band="robust",
    hint="model(xb) runs the model's hooks and then forward; model.forward(xb) leaves the hooks out.",
    handout="The model is called, as model(xb), so that its hooks run.",
    beside="test_the_course_of_a_batch",
)
def test_the_models_hooks_run(student):
    """The model is called, model(xb), once a batch: a hook that somebody has registered runs"""
    s = script(callback(), train=[1, 2])
    code = (
        "model = torch.nn.Linear(1, 1); model.register_forward_hook(lambda *_: print('the hook ran'))\n"
        "class Yes:\n    def __getattr__(self, name): return lambda *args: True\n"
        "cb = Yes(); cb.learn = Yes(); cb.learn.model = model\n"
        "cb.learn.loss_func = lambda pred, y: (pred - y).mean()\n"
        "one_batch(torch.ones(1, 1), torch.ones(1, 1), cb)"
    )
    times = student.run("hooks_run", s, as_python=code)
    require(times == 2, f"in two batches, a forward hook of the model ran {times} times, expected twice")


@points(
    1,
    function="one_batch",
    band="robust",
    hint="Model, loss and optimizer are those of cb.learn. Of this cb.",
    handout="Objects share nothing: … two fits that take turns",
)
@few_examples()
@given(train=sizes())
@example(train=[1, 1])
def test_two_learners_in_turn(student, train):
    """Two fits that take turns at each batch don't disturb each other"""
    s = script(callback(), train=train)
    lines = code(s, "").splitlines()
    twice = "\n".join(
        ["def play():", *(f"    {line}" for line in [*lines, *(BAG.format(callbacks="[A()]")).splitlines()])]
    )
    played = f"{twice}\n    for xb, yb in train_dl: yield one_batch(xb, yb, cb)\nfor _ in zip(play(), play()): pass"
    for trace in student.run("batches", s, None, True, 2, as_python=played):
        check_course(s, trace)
        check_numbers(s, trace)
