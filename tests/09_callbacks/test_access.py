"""How callbacks read and write the learner, and what is there to be read.

A weaker suite lets pass: reads that are remembered, writes that fall through, falsy values that count as missing, the
endless recursion of a __getattr__ that looks for what isn't there yet.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.training.narration import narrate
from grader.suite.training.scripts import script, scripts

quiet = scripts(st.nothing(), most_callbacks=0, least_valid=1)
values = st.sampled_from([3, 0, "word", None, False, [1, 2]])


@points(
    1,
    function="Callback",
    hint="__getattr__ is called for what isn't there. Read it from self.learn, each time.",
    handout=(
        "reads fall through to the learner",
        "An attribute that a callback doesn't have is read from the learner",
    ),
)
@few_examples(10)
@given(
    learners=st.lists(st.fixed_dictionaries({"loss": values, "iter": values}), min_size=1, max_size=2),
    own=values,
)
@example(learners=[{"loss": 1, "iter": 2}], own=5)
@example(learners=[{"loss": 1, "iter": 2}, {"loss": 0, "iter": None}], own=0)
def test_reading(student, learners, own):
    """What a callback has no attribute for is read from its learner, as it is now; its own attributes come first"""
    got = student.run("reads", learners, {"iter": own}, ["loss", "iter", "nowhere"])
    for k, ((read, later), learner) in enumerate(zip(got, learners, strict=True)):
        story = f"learner {k} has loss={learner['loss']!r} and iter={learner['iter']!r}, the callback iter={own!r}: "
        require(read["loss"] == learner["loss"], f"{story}self.loss is {read['loss']!r}")
        require(read["iter"] == own, f"{story}self.iter is {read['iter']!r}")
        text = f"{story}then learn.loss became {[learner['loss']]!r}, but self.loss is {later['loss']!r}"
        require(later["loss"] == [learner["loss"]], text)
        text = f"{story}self.nowhere is {read['nowhere']!r}, expected an AttributeError"
        require(read["nowhere"] == "AttributeError", text)


@points(
    1,
    function="Callback",
    hint="There is no __setattr__ to write. self.learn.loss = … is how to write.",
    handout=(
        "writes don't",
        "self.loss = 0 makes an attribute of the callback, and the learner's stays as it was.",
    ),
)
def test_writing(student):
    """self.loss = … makes an attribute of the callback; self.learn.loss = … changes the learner"""
    got = student.run("writes")
    story = "learn.loss, the first callback's loss, the second's are now {}, expected {}"
    for what, due in (
        ("after self.loss", ["learner's", "own", "learner's"]),
        ("after self.learn.loss", ["new", "own", "new"]),
    ):
        require(
            got[what] == due, f"{what} = … in the first of two callbacks: " + story.format(got[what], due)
        )


@points(
    1,
    function="Callback",
    band="robust",
    hint="Is `learn` there? Looking it up calls __getattr__, if it isn't.",
    handout="without a learner, a missing attribute is an AttributeError",
)
def test_reading_without_a_learner(student):
    """Reading a missing attribute before there is a learner is an AttributeError, and no endless recursion"""
    code = "Callback().loss"
    with student.raises("AttributeError", f"{code}, before there is a learner,"):
        student.run("reads_too_early", "loss", as_python=code)


@points(
    1,
    function="Learner",
    band="robust",
    beside="test_the_optimizer",
    hint="x belongs to xb as it is when somebody asks. What is a property for?",
    handout="x, y follow what is written to xb, yb",
)
@few_examples(8)
@given(
    event=st.sampled_from(["before_batch", "after_pred", "after_backward"]),
    inputs=st.integers(1, 3),
    targets=st.integers(1, 3),
)
@example(event="before_batch", inputs=1, targets=1)
@example(event="before_batch", inputs=2, targets=1)
@example(event="before_batch", inputs=1, targets=2)
@example(event="after_pred", inputs=1, targets=1)
def test_x_and_y_follow(student, event, inputs, targets):
    """When a callback writes learn.xb and learn.yb, others read learn.x and learn.y of what is there now"""
    for moment, name, as_due in student.run("follow", event, inputs, targets):
        n = inputs if name == "x" else targets
        due = f"the only entry of learn.{name}b" if n == 1 else f"learn.{name}b as a whole"
        text = f"a callback wrote a tuple of {n} to learn.{name}b at {event}: at {moment}, learn.{name} is not {due}"
        require(as_due, text)


@points(
    2,
    function="Learner",
    hint="What a callback is to see has to be an attribute of the learner.",
    handout=(
        "dl, n_iter (its batches), iter; xb, yb, always tuples; x, y: the entry itself where there is only one",
        "after_pred, after_loss | pred, loss",
    ),
)
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


@points(
    1,
    function="Learner",
    hint="What the learner was given is its attribute, under the same name.",
    handout="before_fit | model, dls, loss_func, opt, opt_func, cbs, recorder, n_epoch",
)
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
    1,
    function="Learner",
    hint="Write each of them to self as soon as it is known, before the event.",
    handout=(
        "before_fit | … n_epoch",
        "before_epoch | epoch",
        "before_batch | dl, n_iter (its batches), iter",
    ),
)
@few_examples(4)
@given(epochs=st.integers(1, 2), train=st.integers(2, 3), valid=st.integers(1, 2))
@example(epochs=2, train=2, valid=1)
def test_from_when_on(student, epochs, train, valid):
    """n_epoch can be read from before_fit on, epoch from before_epoch on, dl, n_iter and iter from before_batch on"""
    seen = student.run("from_when_on", epochs, train, valid)
    due = [["before_fit", {"n_epoch": epochs}]]
    for epoch in range(epochs):
        known = {"n_epoch": epochs, "epoch": epoch}
        due.append(["before_epoch", known])
        for event, half, n in (("before_train", "train", train), ("before_validate", "valid", valid)):
            due.append([event, known])
            due += [["before_batch", {**known, "dl": half, "n_iter": n, "iter": k}] for k in range(n)]
    story = f"{epochs} epochs of {train} training and {valid} validation batches: "
    events = [[event for event, _ in each] for each in (seen, due)]
    require(events[0] == events[1], f"{story}the before_ events were {events[0]}, expected {events[1]}")
    for (event, came), (_, expected) in zip(seen, due, strict=True):
        for name, value in expected.items():
            text = f"{story}at {event} (here {expected}), a callback reads {name}: {came[name]!r}, expected {value!r}"
            require(came[name] == value, text)


@points(
    1,
    function="Learner",
    band="robust",
    hint="What is in pred and loss when a batch begins? Not those of the batch before.",
    handout="pred, loss; from before_batch until then, both are None",
)
def test_no_pred_and_loss_yet(student):
    """From before_batch until they are made, pred and loss are None, in each batch"""
    seen = student.run("not_yet", 2)
    require(
        len(seen) == 9,
        f"in 3 batches, before_batch and after_pred came {len(seen) / 1.5:g} times, expected 6",
    )
    for event, name, none in seen:
        require(none, f"at {event} of a batch, learn.{name} is not None, though this batch has none yet")
