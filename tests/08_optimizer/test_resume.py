"""state_dict and load_state_dict: going on elsewhere, bit for bit.

A weaker suite lets pass: a dict of the state itself (right until the old optimizer steps again), a shallow copy (right
until a callback changes its state in place), state that is stored by parameter (right for the same parameters), and
hyper-parameters that are left out (right until they are scheduled).
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support import trajectories
from .support.resume import check, own

PLAIN = [[[1.0]], [[-0.5]], [[2.0]], [[0.25]]]
TWO = [[[1.0], [0.5]], [[-0.5], None], [[2.0], [1.0]], [[0.25], [-2.0]]]
NOT_YET = [[[1.0], None], [[-0.5], None], [[2.0], [1.0]], [[0.25], [-2.0]]]
SCHEDULED = [[1, 1, "lr", 0.5], [1, 0, "mom", 0.5], [3, 0, "lr", 0.01]]
steps_before = st.integers(0, 4)
orders = st.sampled_from(["load first", "by turns"])


@points(
    3,
    function="Optimizer",
    band="robust",
    hint="Other parameters, same order: what tells which state is whose?",
    handout="loads states and hypers, and takes exactly the steps that the old one would have taken, to the last bit.",
)
@few_examples(8)
@given(problem=trajectories.problems(["pull"], ("lr", "mom"), framework=True), at=steps_before, order=orders)
@example(problem=own(PLAIN), at=2, order="load first")
@example(problem=own(TWO), at=2, order="load first")
@example(problem=own(NOT_YET), at=2, order="load first")
@example(problem=own([step[::-1] for step in NOT_YET]), at=2, order="load first")
@example(problem=own(TWO, groups=[[1], [0]]), at=2, order="load first")
def test_resume(student, problem, at, order):
    """An optimizer of other parameters that loads the state_dict goes on bit for bit as the old one does"""
    unscheduled = {**problem, "steps": [{**step, "writes": []} for step in problem["steps"]]}
    check(student, unscheduled, at, problem["hypers"], order)


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Learning rates were changed on the way: they are part of what to save.",
    handout="loads states and hypers, and takes exactly the steps that the old one would have taken, to the last bit.",
)
@few_examples(8)
@given(problem=trajectories.problems(["pull"], ("lr", "mom"), framework=True), at=steps_before, order=orders)
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="load first")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="by turns")
def test_resume_with_schedules(student, problem, at, order):
    """Each group's hyper-parameters are loaded as they were when saved, and can be changed after that"""
    report = check(student, problem, at, {"lr": 0.25, "mom": 0.75}, order)
    groups = len(problem["groups"] or [0])
    require(
        len(report["hypers"]) == groups,
        f"after load_state_dict opt.hypers has {len(report['hypers'])} entries",
    )


@points(
    2,
    function="Optimizer",
    band="robust",
    hint="A copy, of everything, both when saving and when loading.",
    handout="What was saved does not change when either goes on",
)
@few_examples(8)
@given(
    problem=trajectories.problems(["pull"], ("lr", "mom"), framework=True),
    at=steps_before,
    order=st.sampled_from(["old first", "twice"]),
)
@example(problem=own(PLAIN), at=2, order="old first")
@example(problem=own(PLAIN), at=2, order="twice")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="old first")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="twice")
def test_what_is_saved_stays(student, problem, at, order):
    """A state_dict doesn't change when the optimizer it is from goes on, nor when one that loaded it does"""
    check(student, problem, at, {"lr": 0.25, "mom": 0.75}, order)
