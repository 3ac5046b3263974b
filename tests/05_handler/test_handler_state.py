"""CallbackHandler sees to modes, in_train and stop, and is of use for more than one fit.

A weaker suite lets pass: a model that stays in eval mode after the first epoch, a mode that the model's parts don't
follow, a stop that is read and not cleared, or left over from the last fit, state that all handlers share.

What a callback sees at begin_epoch and begin_validate themselves is not judged: the mode is there from then on.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.scripts import callback, script

from .support.common import TRAINING, course
from .support.handler_state import handle, in_batches

courses = st.builds(course, st.integers(1, 3), st.integers(0, 2), st.integers(0, 1))
short, two_epochs = course(1, 1, 1), course(2, 1, 1)


@points(
    2,
    function="CallbackHandler",
    hint="model.train() and model.eval(). When is which due? What of the second epoch?",
    handout="The handler puts the model in train mode at each begin_epoch and in eval mode at "
    "each begin_validate",
)
@few_examples(10)
@given(calls=courses)
@example(calls=short)
@example(calls=two_epochs)
@example(calls=course(2, 2, 0))
def test_modes(student, calls):
    """From begin_epoch on the model and its parts are in train mode, from begin_validate on in eval mode"""
    reports, _ = handle(student, calls, look=", learn.model.training")
    for when, training, report in in_batches(calls, reports):
        modes = [report["training"], *(entry["training"] for entry in report["heard"])]
        require(
            "in parts" not in modes, f"{when}, the model's parts are not in the mode that the model is in"
        )
        came = next((mode for mode in modes if mode != training), training)
        require(
            came == training,
            f"{when}, the model is in {'train' if came else 'eval'} mode, expected {'train' if training else 'eval'}",
        )


@points(
    2,
    function="CallbackHandler",
    hint="in_train changes twice in every epoch, where the model's mode does.",
    handout="in_train is True in training batches and False in validation batches.",
)
@few_examples(10)
@given(calls=courses)
@example(calls=short)
@example(calls=two_epochs)
@example(calls=course(2, 2, 0))
def test_in_train(student, calls):
    """handler.in_train is true in training batches and false in validation batches, in every epoch"""
    reports, _ = handle(student, calls, look=", handler.in_train")
    for when, training, report in in_batches(calls, reports):
        for came in (report["in_train"], *(entry["in_train"] for entry in report["heard"])):
            require(came == training, f"{when}, handler.in_train is {came!r}, expected {training}")


@points(
    1,
    function="CallbackHandler",
    hint="Nothing is learned in validation: what is the answer at after_loss, then?",
    handout="In validation its own answer at after_loss is no, whatever the callbacks say",
)
@few_examples(6)
@given(epochs=st.integers(1, 2), n=st.integers(0, 2))
@example(epochs=1, n=1)
@example(epochs=2, n=0)
def test_nothing_is_learned_in_validation(student, epochs, n):
    """In validation the handler says no at after_loss, though all callbacks say yes; in training it says yes"""
    calls = course(epochs, 1, 1)
    reports, _ = handle(student, calls, n)
    for (name, _), (when, training, report) in zip(
        [call for call in calls if call[0] in TRAINING], in_batches(calls, reports), strict=True
    ):
        if name == "after_loss":
            came, due = ("yes" if answer else "no" for answer in (report["answer"], training))
            require(came == due, f"{when}, the handler says {came}, expected {due}")


@points(
    1,
    function="CallbackHandler",
    hint="Which half it is says in_train, which the handler itself has set.",
    handout="It goes by the half of the epoch, not by the mode: a callback may put the model in "
    "eval mode in a training batch.",
)
def test_a_callback_may_set_the_mode(student):
    """A model that somebody put in eval mode (to freeze its batch norms, say) still learns; nor the other way round"""
    calls = [["begin_fit", 0], ["begin_epoch", 0], ["begin_batch", 0], ["mode", 0], ["after_loss", 0]]
    calls += [["begin_validate", 0], ["begin_batch", 2], ["mode", 1], ["after_loss", 2]]
    reports, _ = handle(student, calls)
    require(
        reports[4]["answer"], "in training, with the model put in eval mode, after_loss says no; expected yes"
    )
    require(not reports[8]["answer"], "in validation, with the model put in train mode, after_loss says yes")


@points(
    1,
    function="CallbackHandler",
    hint="Who knows what has happened to the model since? Set its mode in any case.",
    handout="The handler puts the model in train mode at each begin_epoch and in eval mode at "
    "each begin_validate, whatever the mode of the model and of its parts was",
)
def test_modes_are_set_in_any_case(student):
    """begin_epoch and begin_validate set the mode, whatever it was and whatever the handler remembers"""
    train = [["begin_epoch", 0], ["begin_batch", 0]]
    valid = [["begin_validate", 0], ["begin_batch", 2]]
    begin, to_eval, to_train = ["begin_fit", 0], ["mode", 0], ["mode", 1]
    part_to_eval, part_to_train = ["mode", 2], ["mode", 3]
    calls = [begin, *train, to_eval, begin, *train, *valid, to_train, *valid, begin, to_train, *valid]
    calls += [begin, *train, part_to_eval, *train, *valid, part_to_train, *valid]
    reports, _ = handle(student, calls, look=", learn.model.training")
    for _, training, report in in_batches(calls, reports):
        modes = {entry["training"] for entry in report["heard"]}
        require("in parts" not in modes, "a part of the model is not in the mode that the model is in")
        came, due = ("train" if mode else "eval" for mode in (report["training"], training))
        landmark = "begin_epoch" if training else "begin_validate"
        require(
            came == due, f"in a batch after handler.{landmark}, the model is in {came} mode, expected {due}"
        )


@points(
    2,
    function="CallbackHandler",
    hint="Read learn.stop, clear it, and answer what was read.",
    handout="do_stop() returns learn.stop and sets it to False.",
)
@few_examples(12)
@given(stops=st.lists(st.booleans(), min_size=1, max_size=4), training=st.booleans())
@example(stops=[True], training=True)
@example(stops=[False, True, False], training=True)
@example(stops=[True, True], training=False)
def test_do_stop(student, stops, training):
    """do_stop() is true when learn.stop was set; that clears it, so the next one is false"""
    calls = [["begin_fit", 0], ["begin_epoch", 0], *([] if training else [["begin_validate", 0]])]
    for stop in stops:
        calls += [
            ["begin_batch", 0 if training else 2],
            *([["stop", 0]] if stop else []),
            ["do_stop", 0],
            ["do_stop", 0],
        ]
    reports, _ = handle(student, calls, look=", learn.stop")
    expected, left = [due for stop in stops for due in (stop, False)], []
    for (name, _), report in zip(calls, reports, strict=True):
        if name == "do_stop":
            due = expected[len(left)]
            left.append(report)
            half = "training" if training else "validation"
            when = f"in {half}, learn.stop was {'' if due else 'not '}set since the last do_stop() or begin_fit(learn)"
            require(report["answer"] == due, f"{when}, and do_stop() is {report['answer']}, expected {due}")
            require(not report["stop"], f"{when}: after do_stop(), learn.stop is still True, expected False")


@points(
    1,
    function="CallbackHandler",
    beside="test_do_stop",
    hint="What was left over from the last fit?",
    handout="begin_fit clears a stop that is left over",
    stub="from here on learn.stop is there, and False",
)
@few_examples(6)
@given(calls=courses)
@example(calls=short)
def test_a_new_fit_has_no_stop(student, calls):
    """begin_fit(learn) clears a stop that is left over, and gives a new learner one to read"""
    fits = [*calls, ["stop", 0], ["begin_fit", 0], ["begin_epoch", 0], ["begin_batch", 0], ["do_stop", 0]]
    reports, _ = handle(student, fits, look=", learn.stop")
    require(not reports[0]["answer"] or not reports[0]["stop"], "after begin_fit(learn), learn.stop is True")
    require(
        not reports[-1]["answer"],
        "learn.stop was True when begin_fit(learn) was called: in this fit do_stop() is true before anyone set a stop",
    )


@points(
    2,
    function="CallbackHandler",
    band="robust",
    hint="Whose learner is self.learn after the second begin_fit?",
    handout=(
        ("A second fit, with the same or another learner, is a whole one, however the first one ended."),
        "Objects share nothing: … two learners",
    ),
)
@few_examples(12)
@given(length=st.integers(1, len(two_epochs) - 1), stopped=st.booleans())
@example(length=len(short) - 1, stopped=False)
@example(length=len(two_epochs) - 1, stopped=True)
@example(length=4, stopped=True)
@example(length=len(short) - 3, stopped=False)
def test_another_fit_with_another_learner(student, length, stopped):
    """A fit with another learner is as if there had been none before, wherever that was broken off"""
    first, second = two_epochs[:length], course(1, 1, 1)
    calls = [*first, *([["stop", 0]] if stopped else []), ["after_fit", 0], ["renew", 0], *second]
    reports, report = handle(student, calls, look=", handler.learn is learn")
    old, new = reports[-len(second) - 2], reports[-len(second) :]
    at = f"after a fit that broke off with handler.{first[-1][0]}, in a fit with another learner"
    for (name, number), after in zip(second, new, strict=True):
        if name != "after_fit":
            require(after["learn"], f"{at}: after {name}, handler.learn is not this fit's learner")
        if name == "do_stop":
            require(not after["answer"], f"{at}: do_stop() is true, but nobody has set this learner's stop")
        elif [name, number] != ["after_loss", 2]:
            heard = len(after["heard"])
            require(heard == 1, f"{at}: {name} reached the callback {heard} times, expected once")
            require(
                after["answer"] or name == "after_fit",
                f"{at}: the handler says no at {name}, its callback yes",
            )
    for when, training, after in in_batches(second, new):
        mode = "train" if training else "eval"
        require(after["training"] == training, f"{at}, {when}: its model is not in {mode} mode")
        require(
            after["in_train"] == training,
            f"{at}, {when}: in_train is {after['in_train']}, expected {training}",
        )
    require(report["before"] == [old["training"]], f"{at}: the mode of the first learner's model was changed")


@points(
    1,
    function="CallbackHandler",
    band="robust",
    hint="A list that is a default, or on the class, is one list for all.",
    handout=(
        "Objects share nothing: … two handlers",
        "A handler doesn't change the list that it is given.",
    ),
)
@few_examples()
@given(n=st.integers(0, 2))
@example(n=0)
@example(n=1)
def test_each_handler_its_own_callbacks(student, n):
    """Handlers made later change nothing for one that is there, and the list that it was given stays as it is"""
    calls = [["others", 0], *short, ["others", 0], *short]
    s = script(*[callback(derived=False)] * n, train=[1, 1], valid=[1])
    report = student.run("handle", s, calls, "list" if n else "nothing")
    who = f"a handler with {n} callback{'s' * (n != 1)}, after two more were made, one with a callback of its own"
    for (name, number), entry in zip(calls, report["calls"], strict=True):
        if name not in ("others", "do_stop") and [name, number] != ["after_loss", 2]:
            heard = [e["cb"] for e in entry["heard"]]
            require(9 not in heard, f"{who}: its {name} reached that callback")
            require(len(heard) == n, f"{who}: its {name} reached {len(heard)} callbacks")
    require(report["list"], f"{who}: the list of callbacks that it was given was changed")
