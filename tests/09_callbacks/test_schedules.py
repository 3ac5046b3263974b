"""ParamScheduler, driven by a stand-in; fit_one_cycle, by its shape, through the student's learner.

A weaker suite lets pass: the first group only, one hyper-parameter only, schedules asked at train_iter or epoch, a
value that comes one batch too late, a schedule that is left behind in the learner, a momentum that rises with lr.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support.schedules import SCHEDULES, check_groups, check_lr, check_turn, cycle, in_words

some_scheds = st.dictionaries(st.sampled_from(["lr", "mom"]), st.sampled_from(list(SCHEDULES)), min_size=1)
pcts = st.lists(st.integers(0, 8).map(lambda k: k / 8), min_size=1, max_size=4)


@points(
    2,
    function="ParamScheduler",
    hint="At before_batch: for each name, for each group, group[name] = sched(pct_train).",
    handout=(
        "a dict from name to function of pct_train; sets it in every group at each training batch",
        "else in opt.param_groups",
    ),
)
@few_examples(10)
@given(scheds=some_scheds, pcts=pcts, groups=st.integers(1, 3))
@example(scheds={"lr": "pct"}, pcts=[0.0, 0.5], groups=1)
@example(scheds={"lr": "2 - pct", "mom": "pct"}, pcts=[0.25, 1.0], groups=2)
@example(scheds={"mom": "0"}, pcts=[0.5], groups=3)
def test_schedules_in_param_groups(student, scheds, pcts, groups):
    """Each scheduled hyper-parameter is set in every one of opt.param_groups to its schedule's value at pct_train"""
    check_groups(student, scheds, [[True, pct] for pct in pcts], "param_groups", groups)


@points(
    1,
    function="ParamScheduler",
    hint="Unit 08's optimizer has its groups in opt.hypers. Look there first.",
    handout="in opt.hypers where there is one, else in opt.param_groups",
)
@few_examples(10)
@given(scheds=some_scheds, pcts=pcts, groups=st.integers(1, 3), both=st.booleans())
@example(scheds={"lr": "pct"}, pcts=[0.0, 0.5], groups=1, both=False)
@example(scheds={"lr": "2 - pct", "mom": "pct"}, pcts=[0.25, 1.0], groups=2, both=False)
@example(scheds={"lr": "2 - pct"}, pcts=[0.25], groups=2, both=True)
def test_schedules_in_hypers(student, scheds, pcts, groups, both):
    """Where the optimizer has hypers, these are what is set"""
    check_groups(student, scheds, [[True, pct] for pct in pcts], "both" if both else "hypers", groups)


@points(
    1,
    function="ParamScheduler",
    hint="learn.training tells.",
    handout="sets it in every group at each training batch",
)
@few_examples(8)
@given(
    scheds=some_scheds,
    batches=st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 1.0])).map(list), min_size=1),
)
@example(scheds={"lr": "pct"}, batches=[[True, 0.5], [False, 1.0]])
def test_schedules_in_training_only(student, scheds, batches):
    """Validation batches leave the hyper-parameters as they are"""
    check_groups(student, scheds, batches, "hypers", 2)


lr_maxs = st.sampled_from([0.1, 1.0, 0.004])


@points(
    2,
    function="fit_one_cycle",
    hint="A ParamScheduler for lr; its schedule has two pieces, that meet at a quarter.",
    handout=(
        "the shape above",
        "a peak between 15 and 35 % of all batches, within 5 % below lr_max",
        "a start of at most half of that, and an end of at most half of the start.",
    ),
)
@few_examples(1)
@given(n_epoch=st.sampled_from([1, 2, 4]), lr_max=lr_maxs, kind=st.sampled_from(["hypers", "param_groups"]))
@example(n_epoch=1, lr_max=1.0, kind="hypers")
@example(n_epoch=4, lr_max=0.1, kind="param_groups")
def test_one_cycle_of_lr(student, n_epoch, lr_max, kind):
    """lr starts low, rises to lr_max in the first quarter of all batches, and falls far below its start"""
    run = {"n_epoch": n_epoch, "lr_max": lr_max}
    batches = 200 // n_epoch
    (got,) = cycle(student, [run], batches, kind)
    check_lr(got["lr"], lr_max, in_words(run, batches))


@points(
    1,
    function="fit_one_cycle",
    hint='The schedule of "mom" turns where that of lr does, the other way round.',
    handout=(
        "the shape above",
        "Momentum turns in the same range; at start, turn and end it is moms, to 5 % of their range.",
    ),
)
@few_examples(1)
@given(n_epoch=st.sampled_from([1, 2]), moms=st.sampled_from([None, (0.95, 0.85, 0.95), (0.9, 0.5, 0.8)]))
@example(n_epoch=1, moms=None)
@example(n_epoch=2, moms=(0.9, 0.5, 0.8))
def test_one_cycle_of_momentum(student, n_epoch, moms):
    """mom goes from moms[0] down to moms[1] while lr rises, and up to moms[2] while lr falls"""
    run = {"n_epoch": n_epoch, "lr_max": 1.0, **({"moms": moms} if moms else {})}
    batches = 120 // n_epoch
    (got,) = cycle(student, [run], batches)
    story, mom = in_words(run, batches), got["mom"]
    turn = check_turn(mom, -1, "mom", story)
    start, middle, end = moms or (0.95, 0.85, 0.95)
    for place, value, due in (
        ("starts", mom[0], start),
        ("turns", mom[turn], middle),
        ("ends", mom[-1], end),
    ):
        text = f"{story}mom {place} at {value:.5g}, expected {due}"
        require(abs(value - due) <= 0.05 * (start - middle), text)


@points(
    1,
    function="fit_one_cycle",
    band="robust",
    hint="What is left of the first call's schedule when it is over?",
    handout="a second call has its own lr_max",
)
@few_examples(1)
@given(lr_maxs=st.tuples(lr_maxs, lr_maxs))
@example(lr_maxs=(1.0, 0.1))
def test_one_cycle_and_another(student, lr_maxs):
    """A second fit_one_cycle of the same learner has its own lr_max"""
    runs = [{"n_epoch": 1, "lr_max": lr_max} for lr_max in lr_maxs]
    for k, (run, got) in enumerate(zip(runs, cycle(student, runs, 120), strict=True)):
        check_lr(got["lr"], run["lr_max"], f"{'then ' if k else ''}{in_words(run, 120)}")
