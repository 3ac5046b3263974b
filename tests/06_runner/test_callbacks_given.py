"""Which callbacks a runner has, by which names, and what it does when one of them asks something of it.

A weaker suite lets pass: a factory that is never called, or kept in place of what it makes; a single callback that has
to be in a list; callbacks of one runner that turn up in the next; the caller's list, appended to.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import first_difference, moments
from grader.suite.training.scripts import callback, script

from .support.callbacks_given import have


@points(
    1,
    function="Runner",
    hint="cb_funcs are called, once each, and what they return are callbacks like the others.",
    handout="Callbacks made by cb_funcs are attributes by their names",
    stub="cb_funcs: functions without arguments that make a callback each: None, one, or several",
)
def test_callbacks_made_by_functions(student):
    """What each of cb_funcs makes is a callback of the runner, and an attribute by its name"""
    for given_as, names in (("cb_funcs", ["Timer", "Meter"]), ("one cb_func", ["Timer"])):
        got = student.run("attributes", names, given_as)
        call = f"Runner(cb_funcs={'[make_timer, make_meter]' if len(names) > 1 else 'make_timer'}): "
        made = got["made"]
        require(made == [1] * len(names), f"{call}the functions were called {made} times, expected once each")
        require(got["asked"] == names, f"{call}at begin_fit, {got['asked']} were asked, expected {names}")
        require(not have(names, got["found"]), call + have(names, got["found"]))


@points(
    1,
    function="Runner",
    hint="A list, a tuple, a single callback.",
    stub="cbs: callbacks: None, one, or several",
)
def test_callbacks_given(student):
    """The callbacks given in cbs are asked, be it a list, a tuple or a single one"""
    for given_as, names in (
        ("cbs", ["Timer", "Meter"]),
        ("tuple of cbs", ["Timer", "Meter"]),
        ("one cb", ["Timer"]),
    ):
        asked = student.run("attributes", names, given_as)["asked"]
        told_as = (
            "timer" if len(names) == 1 else "(timer, meter)" if "tuple" in given_as else "[timer, meter]"
        )
        require(asked == names, f"Runner(cbs={told_as}): at begin_fit, {asked} were asked, expected {names}")


@points(
    1,
    function="Runner",
    hint="What does a default argument that is a list do, or a list that belongs to the class?",
    handout="Runners share no callbacks.",
)
def test_runners_share_nothing(student):
    """A runner has none of the callbacks of another one"""
    got = student.run("two_runners")
    require(
        got["with"] == 1, f"the first runner asked its callback {got['with']} times at begin_fit, expected 1"
    )
    require(
        got["without"] == 0, "a second runner, made without callbacks, asked the callback of the first one"
    )


@points(
    1,
    function="Runner",
    band="robust",
    hint="cbs and cb_funcs alike. And whose list do you append to?",
    handout="those in cbs, too, if they have a name; the caller's list stays as it is",
)
def test_names_and_the_callers_list(student):
    """Callbacks passed in cbs are attributes by their names, too, and the caller's list stays as it is"""
    for given_as in ("cbs", "cb_funcs", "cbs and cb_funcs"):
        got = student.run("attributes", ["Timer", "Meter"], given_as, falling=True)
        whose = given_as.split()[0]
        also = ", cb_funcs=…" if "and" in given_as else ""
        require(got["list"], f"Runner({whose}=callbacks{also}) changed the list callbacks")
        missing = have(["Timer", "Meter"], got["found"])
        require(not missing, f"Timer and Meter given as {given_as}: {missing}")
    got = student.run("fit", script(callback(), callback()), given="both")
    asked = sorted(word for word in moments(got[0], by_name=True) if word.endswith("begin_fit"))
    both = ["A hears begin_fit", "B hears begin_fit"]
    require(asked == both, f"Runner([a], [B]), B being a class: at begin_fit, {asked}, expected {both}")


@points(
    1,
    function="Runner",
    hint="runner(event) asks for whatever event it is given.",
    handout="runner(event) for any event",
)
def test_an_event_of_ones_own(student):
    """runner("after_lunch") asks the callbacks that have a method after_lunch"""
    trace = student.run("fire", script(), "after_lunch", [])
    times = [what for what, _ in trace].count("after_lunch")
    require(
        times == 1,
        f'runner("after_lunch") asked a callback with a method after_lunch {times} times, expected once',
    )


@points(
    1,
    function="Runner",
    hint="one_batch(xb, yb) and all_batches(dl) work for whoever calls them.",
    handout="A callback may call one_batch and all_batches itself at after_epoch; in_train is "
    "false then, and nothing is learned.",
)
@few_examples(6)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    what=st.sampled_from(["all_batches", "one_batch"]),
)
@example(sizes=[2, 1], what="all_batches")
@example(sizes=[1], what="one_batch")
def test_a_callback_goes_over_other_data(student, sizes, what):
    """A callback may call one_batch(xb, yb) and all_batches(dl) itself after an epoch: events and loss, no training"""
    trace = student.run("fire", script(callback()), what, sizes)
    start, end = ([k for k, (w, _) in enumerate(trace) if w == mark] for mark in ("begins", "ends"))
    require(len(start) == len(end) == 1, f"after_epoch came {len(start)} times in one epoch")
    inside = trace[start[0] + 1 : end[0]]
    got = [m for m in moments(inside) if m != "after_batch" or what == "all_batches"]
    batch = ["begin_batch", "forward", "after_pred", "loss", "after_loss"]
    expected = [*batch, *(["after_batch"] if what == "all_batches" else [])] * len(sizes)
    difference = first_difference(got, expected)
    story = f"a callback that calls runner.{what} at after_epoch, with batches of {sizes} items:\n"
    require(not difference, story + difference)
    numbers = [d["batch"] for w, d in inside if w == "forward"]
    due = list(range(20, 20 + len(sizes)))
    require(numbers == due, f"{story}the model was called with x = 2^k for k = {numbers}, expected {due}")
