"""A runner that fits twice: the second fit is like the first.

A weaker suite lets pass: a stop or a count that is left over, a model in eval mode, gradients that stay off after an
exception in validation, a learner that is remembered.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import first_difference, moments, narrate
from grader.suite.training.scripts import act, answers, callback, raises, script, scripts, stops

from .support.common import asked

BATCH_EVENTS = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
interruptions = st.one_of(
    answers(
        ["begin_fit", "begin_epoch", "begin_batch", "after_loss", "begin_validate", "after_epoch"], latest=0
    ),
    stops(BATCH_EVENTS, latest=0),
    raises(
        ["begin_fit", "begin_epoch", "after_pred", "after_step", "begin_validate", "after_epoch"], latest=0
    ),
)

COMPARED = ("epoch", "iters", "in_train", "training", "grad", "weight", "learner")


@points(
    2,
    function="Runner",
    hint="What has to be set anew at the start of a fit, or put right at the end of the last one?",
    handout="A second fit starts clean, however the first one ended: stop, counts, modes and "
    "learner are those of a first one.",
)
@few_examples(10)
@given(s=scripts(interruptions.map(callback), least_callbacks=1, most_callbacks=1))
@example(s=script(callback(), epochs=2, train=[1, 1]))
@example(s=script(callback(act("after_batch", does="stop"))))
@example(s=script(callback(act("begin_fit")), train=[1, 1]))
@example(s=script(callback(act("after_epoch")), epochs=2))
@example(s=script(callback(act("after_pred", does="raise", value="RuntimeError"))))
@example(s=script(callback(act("begin_validate", does="raise", value="RuntimeError"))))
def test_a_second_fit_starts_clean(student, s):
    """A second fit, of another learner, is as if there had been none before, however that ended"""
    _, second = student.run("fit", s, fits=2)
    (fresh,) = student.run("fit", {**s, "callbacks": [callback()]})
    story = f"{narrate(s)}; then fit again, with another learner:\nin the second fit, "
    difference = first_difference(moments(second), moments(fresh))
    require(not difference, story + difference)
    for got, expected in zip(asked(second, "begin_batch"), asked(fresh, "begin_batch"), strict=True):
        for name in COMPARED:
            require(
                got[name] == expected[name],
                f"{story}at a begin_batch, {name} is {got[name]!r}; in the first fit of a runner {expected[name]!r}",
            )
