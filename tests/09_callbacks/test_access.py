"""How callbacks read and write the learner.

A weaker suite lets pass: reads that are remembered, writes that fall through, falsy values that count as missing, the
endless recursion of a __getattr__ that looks for what isn't there yet.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

values = st.sampled_from([3, 0, "word", None, False, [1, 2]])


@points(
    1,
    function="Callback",
    hint="__getattr__ is called for what isn't there. Read it from self.learn, each time.",
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


@points(1, function="Callback", hint="There is no __setattr__ to write. self.learn.loss = … is how to write.")
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
