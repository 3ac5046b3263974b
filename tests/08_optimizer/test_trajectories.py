"""The optimizers, entry by entry and step by step, against torch.optim with the same hyper-parameters.

"The loss goes down" passes for nearly every wrong optimizer, and one parameter, one gradient or one step for many:
debiasing shows from the second step on, eps in the wrong place where gradients are as small. The problems (drawn, as
code, solved by torch) are in support/trajectories.py.
"""

from hypothesis import given

from grader.suite import few_examples, points

from .support.trajectories import by_torch, check, check_scheduled, each, edges, problems


@points(
    1,
    function="SGD",
    hint="An Optimizer with one callback.",
    stub=("Return an Optimizer for plain gradient descent.", "p ← p - lr · grad."),
)
@few_examples(10)
@given(drawn=problems("SGD"))
@each(edges("SGD"))
def test_sgd(student, drawn):
    """SGD goes where torch.optim.SGD goes"""
    check(student, drawn, by_torch(drawn, "SGD"))


@points(
    2,
    function="Momentum",
    hint="Which two callbacks, in which order? And is this average dampened?",
    handout="Momentum(…, mom=0.9)",
    stub=("Return an Optimizer with momentum. Its average is not dampened.", "p ← p - lr · grad_avg"),
)
@few_examples(10)
@given(drawn=problems("Momentum"))
@each(edges("Momentum"))
def test_momentum(student, drawn):
    """Momentum goes where torch.optim.SGD with momentum=mom goes, by default with 0.9"""
    check(student, drawn, by_torch(drawn, "Momentum"))


@points(
    2,
    function="RMSProp",
    hint="eps comes after the root; the average of squares has its 1 - sqr_mom.",
    handout="RMSProp(…, sqr_mom=0.99, eps=1e-5)",
    stub=(
        '{"sqr_avg": sqr_mom · sqr_avg + (1 - sqr_mom) · grad²}',
        "p ← p - lr · grad / (√sqr_avg + eps)",
        "Return an Optimizer for RMSProp.",
    ),
)
@few_examples(10)
@given(drawn=problems("RMSProp"))
@each(edges("RMSProp"))
def test_rms_prop(student, drawn):
    """RMSProp goes where torch.optim.RMSprop with alpha=sqr_mom goes, by default with 0.99 and eps=1e-5"""
    check(student, drawn, by_torch(drawn, "RMSProp"))


@points(
    3,
    function="Adam",
    hint="Both averages dampened and debiased, each by its own β.",
    handout="Adam(…, mom=0.9, sqr_mom=0.99, eps=1e-5) … each returns an Optimizer",
    stub="p ← p - lr · m / (√v + eps), with the debiased averages m and v.",
)
@few_examples(10)
@given(drawn=problems("Adam"))
@each(edges("Adam"))
def test_adam(student, drawn):
    """Adam goes where torch.optim.Adam with betas=(mom, sqr_mom) goes, by default with (0.9, 0.99) and eps=1e-5"""
    check(student, drawn, by_torch(drawn, "Adam"))


@points(
    1,
    function="SGD",
    hint="The learning rate belongs into hypers, and from there a callback gets it.",
    handout="hypers is a list, one dict for each group … each begins with the keywords and is read at every step",
)
def test_sgd_at_another_rate(student):
    """A learning rate that is written into SGD's hypers on the way is the one of the next step"""
    check_scheduled(student, "SGD", {"lr": 0.5})


@points(
    1,
    function="Adam",
    hint="All of them belong into hypers, and from there a callback gets them.",
    handout="hypers is a list, one dict for each group … each begins with the keywords and is read at every step",
)
def test_adam_with_other_hypers(student):
    """Hyper-parameters that are written into Adam's hypers on the way are those of the next step"""
    for written in ({"lr": 0.5}, {"mom": 0.5, "sqr_mom": 0.9}, {"eps": 0.5}):
        check_scheduled(student, "Adam", written)
