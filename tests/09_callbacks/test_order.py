"""In which order callbacks run: what sort_callbacks makes of their wishes, and what the learner does.

A weaker suite lets pass: wishes that only neighbours keep, a class that has to be in a list, run_before where run_after
is meant, wishes about TrainEvalCallback and Recorder that are never looked at.

A drawn wish goes from a smaller to a larger number, so that all wishes can be kept; callbacks are given in any order.
Which of the orders that keep all wishes comes out is not asked, and where the two callbacks that are there unasked come
is asked only of wishes that name them.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support.course import EVENTS
from .support.order import (
    check_order,
    first_time,
    name_of,
    names,
    sorted_by,
    wish,
    wishes_about_the_own,
    wishes_and_order,
)

FIRED = [event for event in EVENTS if "cancel" not in event]
KINDS = ("class", "list")
OWN = ("TrainEvalCallback", "Recorder")


@points(
    2,
    function="sort_callbacks",
    hint="Who may go next? Someone whom nobody that still waits has to precede.",
    handout="a new list that keeps every wish",
    stub="a class of callbacks, or a list of classes, that this one comes before, or after",
)
@given(drawn=wishes_and_order(), kind=st.sampled_from(KINDS))
@example(drawn=([wish(before=[1]), wish()], [1, 0]), kind="class")
@example(drawn=([wish(), wish(after=[0])], [1, 0]), kind="class")
@example(drawn=([wish(before=[1, 2]), wish(), wish()], [2, 1, 0]), kind="list")
@example(drawn=([wish(), wish(), wish(after=[0, 1])], [2, 1, 0]), kind="list")
def test_wishes_are_kept(student, drawn, kind):
    """sort_callbacks keeps every run_before and run_after, be it a class or a list of classes"""
    wishes, given = drawn
    got = sorted_by(student, wishes, given, kind)
    check_order(got["order"], wishes, f"sort_callbacks of {names(given)} is")
    require(got["unchanged"], f"sort_callbacks of {names(given)} changed the list that it was given")


@points(
    1,
    function="sort_callbacks",
    hint="Comparing neighbours is not enough: A before B and B before C is A before C.",
    handout="keeps every wish, through chains, too",
)
@given(
    n=st.integers(3, 5),
    given=st.permutations(range(5)),
    by_first=st.lists(st.booleans(), min_size=5, max_size=5),
)
@example(n=3, given=[2, 0, 1, 3, 4], by_first=[True] * 5)
@example(n=3, given=[2, 0, 1, 3, 4], by_first=[False] * 5)
@example(n=4, given=[3, 1, 0, 2, 4], by_first=[True, False] * 2 + [True])
@example(n=5, given=[4, 3, 2, 1, 0], by_first=[False, True] * 2 + [False])
def test_chains_of_wishes(student, n, given, by_first):
    """Wishes hold through chains: the first of a chain comes before its last, whatever lies between in the list"""
    wishes = [wish() for _ in range(n)]
    for i in range(n - 1):
        if by_first[i]:
            wishes[i]["before"].append(i + 1)
        else:
            wishes[i + 1]["after"].append(i)
    given = [i for i in given if i < n]
    got = sorted_by(student, wishes, given, "class")["order"]
    check_order(got, wishes, f"sort_callbacks of {names(given)} is")


@points(
    1,
    function="sort_callbacks",
    beside="test_wishes_are_kept",
    hint="Whoever has no wish stays where he is.",
    handout="if nobody wishes anything, the order given",
)
@few_examples(8)
@given(given=st.permutations(range(4)))
@example(given=[2, 0, 1])
def test_without_wishes(student, given):
    """Callbacks without wishes come in the order in which they were given"""
    got = sorted_by(student, [wish() for _ in given], given, "list")["order"]
    require(got == list(given), f"sort_callbacks of {names(given)}, without wishes, is {names(got)}")


@points(
    1,
    function="sort_callbacks",
    band="robust",
    hint="Sort the objects, not their classes: a dict with the class as its key keeps one of them.",
    handout="of one class there may be several",
)
@few_examples(8)
@given(drawn=wishes_and_order(), twice=st.integers(0, 4))
@example(drawn=([wish(before=[1]), wish()], [1, 0]), twice=0)
@example(drawn=([wish(before=[1]), wish()], [1, 0]), twice=1)
@example(drawn=([wish(), wish(after=[0])], [1, 0]), twice=0)
@example(drawn=([wish(), wish()], [0, 1]), twice=0)
def test_two_of_one_class(student, drawn, twice):
    """Of two callbacks of one class both stay, and wishes hold for both"""
    wishes, given = drawn
    twice %= len(wishes)
    n, given = len(wishes), [len(wishes), *given]
    classes = [*range(n), twice]
    wishes = [
        {name: [k for c in w[name] for k, of in enumerate(classes) if of == c] for name in w} for w in wishes
    ]
    got = student.run("sort_special", drawn[0], given, classes, "class")
    text = (
        f"{name_of(n)} is another callback of {name_of(twice)}'s class: sort_callbacks of {names(given)} is"
    )
    check_order(got, [*wishes, wishes[twice]], text)


@points(
    2,
    function="sort_callbacks",
    band="robust",
    hint="isinstance asks for derived classes, too; getattr finds what is inherited, or set on the object alone.",
    handout="a class stands for its derived classes; wishes may be inherited, or set on one object",
)
@pytest.mark.parametrize("how", ["names a base class", "inherited", "set on the object"])
@few_examples(6)
@given(drawn=wishes_and_order())
@example(drawn=([wish(before=[1]), wish()], [1, 0]))
@example(drawn=([wish(), wish(after=[0])], [1, 0]))
@example(drawn=([wish(before=[1]), wish(before=[2]), wish()], [2, 1, 0]))
def test_wishes_of_other_kinds(student, how, drawn):
    """A wish that names a base class, is inherited, or stands on the object, is a wish like the others"""
    wishes, given = drawn
    got = student.run("sort_special", wishes, given, list(range(len(wishes))), how)
    check_order(got, wishes, f"wishes {how}: sort_callbacks of {names(given)} is")


@points(
    1,
    function="sort_callbacks",
    band="robust",
    beside="test_wishes_are_kept",
    hint="What is left when nobody of those who wait may go next?",
    handout="if the wishes form a circle, ValueError when the learner is made or when it fits",
)
@few_examples(8)
@given(n=st.integers(2, 4), others=st.integers(0, 2), by_first=st.booleans())
@example(n=2, others=0, by_first=True)
@example(n=2, others=1, by_first=False)
@example(n=3, others=2, by_first=True)
def test_a_circle_of_wishes(student, n, others, by_first):
    """Wishes that go round in a circle are a ValueError, when the learner is made or at the latest when it fits"""
    wishes = [wish() for _ in range(n + others)]
    for i in range(n):
        wishes[i]["before" if by_first else "after"].append((i + 1) % n)
    circle = " → ".join(name_of(i % n) for i in range(n + 1))
    with student.raises("ValueError", f"a Learner with callbacks that want to run in a circle ({circle})"):
        student.run("order_in_fit", wishes, list(range(n + others)), "class")


@points(
    1,
    function="Learner",
    hint="The learner asks its callbacks in the order that sort_callbacks gives.",
    handout="keeps every wish, through chains, too",
    stub="Call the method of that name of every callback that has one, in order.",
)
@few_examples(10)
@given(drawn=wishes_and_order(), kind=st.sampled_from(KINDS))
@example(drawn=([wish(), wish()], [1, 0]), kind="class")
@example(drawn=([wish(before=[1]), wish()], [1, 0]), kind="class")
@example(drawn=([wish(), wish(after=[0]), wish(after=[1])], [2, 0, 1]), kind="list")
def test_the_learner_keeps_wishes(student, drawn, kind):
    """At every event the learner's callbacks hear it in an order that keeps their wishes"""
    wishes, given = drawn
    heard = student.run("order_in_fit", wishes, list(given), kind)
    for event in FIRED:
        order = [who for who in heard.get(event, []) if who not in OWN]
        n = len(given)
        text = f"{event} was heard {len(order)} times in all by {n} callbacks"
        require(bool(order) and len(order) % n == 0, text)
        check_order(order[:n], wishes, f"callbacks given as {names(given)} heard {event} in the order")


@points(
    1,
    function="Learner",
    hint="TrainEvalCallback and Recorder stand in the list, and are sorted, like all the others.",
    handout=(
        "TrainEvalCallback and Recorder (learn.recorder) are there by themselves.",
        "keeps every wish, through chains, too",
    ),
)
@few_examples(10)
@given(drawn=wishes_about_the_own(), kind=st.sampled_from(KINDS))
@example(drawn=([wish(before=["TrainEvalCallback"])], [0]), kind="class")
@example(drawn=([wish(before=["Recorder"])], [0]), kind="list")
@example(drawn=([wish(after=["Recorder"])], [0]), kind="class")
@example(drawn=([wish(before=[1]), wish(before=["TrainEvalCallback"])], [1, 0]), kind="class")
@example(drawn=([wish(after=["Recorder"]), wish(after=[0])], [1, 0]), kind="list")
def test_wishes_about_those_that_are_there(student, drawn, kind):
    """Wishes that name TrainEvalCallback or Recorder are kept like all others, directly and through chains"""
    wishes, given = drawn
    heard = student.run("order_in_fit", wishes, list(given), kind)
    for event in FIRED:
        order = first_time(heard.get(event, []))
        unheard = {
            own for own in OWN if own not in order
        }  # one that hears nothing at this event keeps any wish
        what = f"callbacks given as {names(given)} and the two that are there heard {event} in the order"
        check_order(order, wishes, what, unheard)
    for own in OWN:
        text = f"no event came to the learner's {own}"
        require(any(own in order for order in heard.values()), text)


@points(
    1,
    function="Learner",
    hint="TrainEvalCallback and Recorder are callbacks like the others: they are sorted, too.",
    handout=("training, if it runs after TrainEvalCallback", "smooth_loss, if it runs after Recorder"),
)
@few_examples()
@given(sizes=st.lists(st.integers(1, 2), min_size=1, max_size=3), kind=st.sampled_from(KINDS))
@example(sizes=[1], kind="class")
@example(sizes=[1, 2], kind="list")
def test_running_after_those_that_are_there(student, sizes, kind):
    """A callback that runs after TrainEvalCallback finds the mode set, one after Recorder finds the loss registered"""
    got = student.run("after_the_own", sizes, kind)
    due = [["before_train", True, True], ["before_validate", False, False]]
    came = [event for event, *_ in got["modes"]]
    require(came == ["before_train", "before_validate"], f"of before_train and before_validate came {came}")
    require(
        len(got["smooth"]) == len(sizes),
        f"after_batch came {len(got['smooth'])} times, expected {len(sizes)}",
    )
    for (event, training, mode), (_, expected, _) in zip(got["modes"], due, strict=True):
        who = f"a callback with run_after = TrainEvalCallback finds at {event} that "
        require(training is expected, f"{who}learn.training is {training}, expected {expected}")
        require(mode is expected, f"{who}model.training is {mode}, expected {expected}")
    average = 0.0
    for k, loss in enumerate(got["losses"]):
        average = 0.98 * average + 0.02 * loss
        what = f"what a callback with run_after = Recorder reads as smooth_loss at after_batch of batch {k}"
        assert_close(got["smooth"][k], average / (1 - 0.98 ** (k + 1)), what=what, atol=1e-5)
