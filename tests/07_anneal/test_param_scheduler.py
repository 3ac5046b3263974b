"""ParamScheduler, driven by a stand-in for the runner: which groups it sets, to what, and when.

A weaker suite, with one group, one epoch and "lr", lets pass: positions counted in batches of the first epoch, a
schedule that starts anew in each epoch, n_epochs that is not divided, the first or last group alone, groups
remembered from the first fit, validation that moves the parameter, a value of 0 that is taken for none.

Schedules are lines a + b · pos, (kind, a, b); with a = 0 and b = 1 the value is the position itself.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.common import epochs
from .support.param_scheduler import as_python, batches_of, check, fit, groups, halves, lines

POSITION = ("function", 0.0, 1.0)
NAMES = ("lr", "momentum", "anything")


@points(
    3,
    function="ParamScheduler",
    hint="n_epochs counts on from epoch to epoch. Of how many? And who belongs to param_groups?",
    handout="at begin_batch, in training only, sets parameter pname, and nothing else, in every "
    "param group to the schedule's value at n_epochs / epochs",
)
@given(line=lines, count=st.integers(1, 3), epochs=epochs)
@example(line=POSITION, count=1, epochs=[1])
@example(line=POSITION, count=2, epochs=[4])
@example(line=POSITION, count=1, epochs=[2, 2])
@example(line=POSITION, count=3, epochs=[1, 3, 2])
def test_every_group_at_every_batch(student, line, count, epochs):
    """At begin_batch in training, the parameter of every group is set to schedule(n_epochs / epochs)"""
    check(student, [["lr", line]], [fit(count, epochs)])


@points(
    2,
    function="ParamScheduler",
    beside="test_every_group_at_every_batch",
    hint="begin_batch comes in validation too. What does run.in_train say?",
    handout="at begin_batch, in training only, sets parameter pname",
)
@given(line=lines, count=st.integers(1, 2), epochs=st.lists(halves, min_size=1, max_size=3))
@example(line=POSITION, count=1, epochs=[[1, 1]])
@example(line=POSITION, count=2, epochs=[[1, 2], [2, 2]])
def test_validation_sets_nothing(student, line, count, epochs):
    """At validation batches every group stays as the last training batch left it"""
    fits = [[groups(count), epochs]]
    code = as_python([["lr", line]], fits, {})
    (seen,) = student.run("schedule", [["lr", line]], fits, as_python=code)["seen"]
    for (e, k, _, training), before, got in zip(batches_of(epochs)[1:], seen, seen[1:], strict=False):
        if not training:
            for i, (there, here) in enumerate(zip(got, before, strict=True)):
                what = f"at validation batch {k} of epoch {e}, 'lr' of param group {i} of {count}"
                require(
                    there == here, f"{what} was set to {literal(there['lr'])}; it was {literal(here['lr'])}"
                )


@points(
    1,
    function="ParamScheduler",
    hint="The parameter's name is yours to keep: which entry of the group does it name?",
    handout="sets parameter pname, and nothing else, in every param group",
)
@few_examples(10)
@given(name=st.sampled_from(NAMES), line=lines, count=st.integers(1, 2), epochs=epochs)
@example(name="momentum", line=POSITION, count=2, epochs=[2])
@example(name="lr", line=POSITION, count=1, epochs=[2])
@example(name="anything", line=("function", 1.0, 1.0), count=1, epochs=[2])
def test_the_parameter_of_that_name(student, name, line, count, epochs):
    """The parameter that pname names is set, and nothing else in the groups"""
    check(student, [[name, line]], [fit(count, epochs, NAMES)], others=True)


@points(
    1,
    function="ParamScheduler",
    hint="Anything that can be called may be a schedule, and 0 is a number like others.",
    handout="A schedule is anything that can be called, and may give 0 or less.",
)
@few_examples(10)
@given(line=lines, epochs=epochs)
@example(line=("partial", 0.0, 1.0), epochs=[2])
@example(line=("object", 0.0, 1.0), epochs=[2])
@example(line=("function", 0.0, 0.0), epochs=[1])
@example(line=("function", 1.0, -2.0), epochs=[2])
def test_any_schedule_any_value(student, line, epochs):
    """A schedule is a function, a partial, or any other callable, and may give 0 or less"""
    check(student, [["lr", line]], [fit(2, epochs)])


@points(
    1,
    function="ParamScheduler",
    hint="What does the second fit find of the first one?",
    handout="The next fit runs through the schedule from its beginning",
)
@few_examples(10)
@given(line=lines, many=st.lists(epochs, min_size=2, max_size=3), count=st.integers(1, 2))
@example(line=POSITION, many=[[1], [2]], count=1)
@example(line=POSITION, many=[[2, 2], [1]], count=2)
def test_a_second_fit(student, line, many, count):
    """In the next fit, of another runner and optimizer, the schedule runs from its beginning"""
    check(student, [["lr", line]], [fit(count, epochs) for epochs in many])


@points(
    1,
    function="ParamScheduler",
    hint="Name and schedule belong to the instance.",
    handout="Two recorders, or two schedulers, don't disturb each other.",
)
@few_examples(10)
@given(one=lines, two=lines, epochs=epochs)
@example(one=("function", 1.0, 0.0), two=("function", 2.0, 0.0), epochs=[1])
@example(one=POSITION, two=("function", 1.0, -1.0), epochs=[2])
def test_two_schedulers(student, one, two, epochs):
    """Two schedulers of two parameters don't get in each other's way"""
    check(student, [["lr", one], ["momentum", two]], [fit(2, epochs, NAMES[:2])])


@points(
    3,
    function="ParamScheduler",
    band="robust",
    hint="The first schedule is for the first group. zip them.",
    handout="takes a list of schedules, too, one for each group",
)
@given(per_group=st.lists(lines, min_size=1, max_size=3), epochs=epochs)
@example(per_group=[POSITION], epochs=[2])
@example(per_group=[("function", 1.0, 0.0), ("function", 2.0, 0.0)], epochs=[1])
@example(per_group=[POSITION, ("object", 1.0, -1.0), ("partial", 2.0, 0.0)], epochs=[2, 1])
def test_one_schedule_per_group(student, per_group, epochs):
    """With a list of schedules, each group follows its own"""
    check(student, [["lr", per_group]], [fit(len(per_group), epochs)])


@points(
    1,
    function="ParamScheduler",
    band="robust",
    hint="How many groups are there? Ask the optimizer when you set them.",
    handout="goes by the groups that are there at each batch",
)
@few_examples(10)
@given(line=lines, counts=st.lists(st.integers(1, 3), min_size=2, max_size=3))
@example(line=POSITION, counts=[1, 2])
@example(line=POSITION, counts=[2, 1])
def test_another_number_of_groups(student, line, counts):
    """One schedule serves all groups, also when the next fit's optimizer has more of them, or fewer"""
    check(student, [["lr", line]], [fit(count, [2]) for count in counts])


@points(
    1,
    function="ParamScheduler",
    band="robust",
    hint="An optimizer can be given groups while it trains: those are groups too.",
    handout="goes by the groups that are there at each batch",
)
@few_examples()
@given(line=lines, after=st.integers(0, 2))
@example(line=POSITION, after=0)
@example(line=POSITION, after=1)
def test_a_group_that_comes_later(student, line, after):
    """A group that joins the optimizer in the middle of a fit is scheduled from then on"""
    check(student, [["lr", line]], [fit(1, [2, 2])], {after: groups(2)[1]})


@points(
    1,
    function="ParamScheduler",
    hint="An attribute of the class, as in the stub.",
    handout="_order = 1",
)
def test_order(student):
    """_order is 1: it is asked after callbacks of order 0"""
    code = "ParamScheduler('lr', lambda pos: pos)._order"
    (order,) = student.run("schedule", [["lr", POSITION]], [fit(1, [1])], as_python=code)["orders"]
    require(order == 1, f"_order is {literal(order)}, expected 1")
