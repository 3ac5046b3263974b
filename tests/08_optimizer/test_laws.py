"""Laws of whole trajectories, which need no other optimizer to compare with.

Each catches what comparing one parameter at a time may not, or says in one line what a comparison says in numbers:
a first step that isn't lr long was never debiased, a trajectory that depends on a neighbour shares state with it.
"""

from itertools import zip_longest

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points

from .support import trajectories
from .support.laws import constant, nonzero, run, scaled

LRS, MOMS, SQR_MOMS = (st.sampled_from(trajectories.VALUES[name]) for name in ("lr", "mom", "sqr_mom"))


@points(
    2,
    function="Adam",
    hint="At step 1 both debiased averages are those of one gradient: g and g².",
    handout="every entry moves by the learning rate … whatever the size of its gradient",
)
@few_examples(10)
@given(g=st.lists(nonzero, min_size=1, max_size=3), lr=LRS, mom=MOMS, sqr_mom=SQR_MOMS)
@example(g=[1.0], lr=0.1, mom=0.9, sqr_mom=0.99)
@example(g=[1e-6, -2e4], lr=0.1, mom=0.9, sqr_mom=0.99)
def test_first_step_of_adam(student, g, lr, mom, sqr_mom):
    """At Adam's first step every entry moves by lr against its gradient, however large that is (eps being tiny)"""
    hypers = {"lr": lr, "mom": mom, "sqr_mom": sqr_mom, "eps": 1e-30}
    ((p,),) = run(student, trajectories.problem("Adam", [[0.0] * len(g)], [[g]], hypers))
    assert_close(p, -lr * trajectories.f64(g).sign(), what="after one step from 0, a", atol=1e-9)


@points(
    1,
    function="Momentum",
    hint="The sum of 1 + mom + mom² + … of the gradients: no share of 1 - mom here.",
    handout="the steps become ten times as long",
    stub="Without dampening: mom · grad_avg + grad.",
)
@few_examples(10)
@given(g=st.integers(1, 8).map(lambda k: k / 4), steps=st.integers(1, 8), mom=MOMS)
@example(g=1.0, steps=3, mom=0.9)
@example(g=1.0, steps=3, mom=0.0)
def test_momentum_gathers(student, g, steps, mom):
    """Under a constant gradient g momentum's steps grow: the t-th one is lr · g · (1 - mom^t) / (1 - mom)"""
    hypers = {"lr": 0.1, "mom": mom}
    constant(student, "Momentum", g, steps, hypers, lambda t: -0.1 * g * (1 - mom**t) / (1 - mom))


@points(
    1,
    function="Adam",
    hint="Debiased, an average of equal gradients is that gradient, from the first step on.",
    handout="Under a constant gradient both are then right from the start",
)
@few_examples(10)
@given(
    g=nonzero,
    steps=st.integers(1, 8),
    mom=MOMS,
    sqr_mom=SQR_MOMS,
    eps=st.sampled_from(trajectories.VALUES["eps"]),
)
@example(g=1.0, steps=3, mom=0.9, sqr_mom=0.99, eps=0.1)
@example(g=1e-6, steps=3, mom=0.9, sqr_mom=0.99, eps=1e-5)
@example(g=1.0, steps=3, mom=0.0, sqr_mom=0.0, eps=0.1)
def test_adam_under_a_constant_gradient(student, g, steps, mom, sqr_mom, eps):
    """Under a constant gradient g all of Adam's steps are alike: lr · g / (|g| + eps)"""
    hypers = {"lr": 0.1, "mom": mom, "sqr_mom": sqr_mom, "eps": eps}
    constant(student, "Adam", g, steps, hypers, lambda t: -0.1 * g / (abs(g) + eps))


@points(
    1,
    function="RMSProp",
    hint="Twice the gradient, four times its square, twice the root of that.",
    handout="Divide by the recent size of the gradient, and each entry moves at about the same speed",
)
@few_examples(10)
@given(data=st.data(), scale=st.sampled_from([2.0, 1000.0, 0.001]))
def test_scale_of_rms_prop(student, data, scale):
    """With eps=0, gradients that are all so many times larger take RMSProp the same way"""
    scaled(student, data, scale, "RMSProp")


@points(
    1,
    function="Adam",
    hint="Twice the gradient: twice the one average, four times the other.",
    handout="whatever the size of its gradient",
    stub="p ← p - lr · m / (√v + eps), with the debiased averages m and v.",
)
@few_examples(10)
@given(data=st.data(), scale=st.sampled_from([2.0, 1000.0, 0.001]))
def test_scale_of_adam(student, data, scale):
    """With eps=0, gradients that are all so many times larger take Adam the same way"""
    scaled(student, data, scale, "Adam")


@points(
    1,
    function="Adam",
    hint="Each entry goes its own way. What do two parameters of one shape share?",
    handout="Everything is per entry.",
)
@few_examples(10)
@given(grads=st.lists(st.lists(nonzero, min_size=4, max_size=4), min_size=1, max_size=4))
@example(grads=[[1.0, 2.0, -3.0, 4.0], [0.25, -1.0, 2.0, 0.5]])
def test_tensors_cut_in_two(student, grads):
    """A tensor cut in two, its halves in the other order, goes where the whole tensor goes"""
    start, hypers = [1.0, -1.0, 2.0, 0.5], {"lr": 0.1, "eps": 0.1}
    whole = trajectories.problem("Adam", [start], [[g] for g in grads], hypers)
    halves = trajectories.problem("Adam", [start[2:], start[:2]], [[g[2:], g[:2]] for g in grads], hypers)
    merged = [[torch.cat([b, a])] for a, b in run(student, halves)]
    trajectories.check_values(merged, run(student, whole), whole, "cut in two, ")


@points(
    1,
    function="Adam",
    band="robust",
    hint="What belongs to one optimizer lives in it, not in the module or the class.",
    handout="Two optimizers share no states and no hypers",
)
@few_examples()
@given(pair=st.tuples(trajectories.problems("Adam"), trajectories.problems("Adam")))
@example(pair=(trajectories.edges("Adam")[0], trajectories.edges("Adam")[4]))
def test_two_at_once(student, pair):
    """Two optimizers that take turns don't disturb each other"""
    turns = zip_longest(trajectories.in_code(pair[0]), trajectories.in_code(pair[1], "uvwxyz", "opt2"))
    names = ", ".join("abcdef"[: len(pair[0]["start"])] + "uvwxyz"[: len(pair[1]["start"])])
    code = "\n".join([part for turn in turns for part in turn if part] + [names])
    reports = student.run("trajectories_by_turns", list(pair), as_python=code)
    for which, drawn, report in zip("12", pair, reports, strict=True):
        trajectories.check_values(
            report["values"],
            trajectories.by_torch(drawn, "Adam"),
            drawn,
            f"optimizer {which} of two at once, ",
        )
