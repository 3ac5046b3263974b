"""The optimizers, entry by entry and step by step, against torch.optim with the same hyper-parameters.

"The loss goes down" passes for nearly every wrong optimizer, and one parameter, one gradient or one step for many:
debiasing shows from the second step on, state that is kept by shape in the second parameter of that shape, a step
count for all of them where one has no gradient for a while, eps in the wrong place where gradients are as small. The
problems (drawn, as code, solved by torch) are in support/trajectories.py.
"""

from hypothesis import given

from grader.suite import few_examples, points

from .support.trajectories import by_torch, check, each, edges, problems


@points(1, function="SGD", hint="An Optimizer with one callback.")
@few_examples(10)
@given(drawn=problems("SGD"))
@each(edges("SGD"))
def test_sgd(student, drawn):
    """SGD goes where torch.optim.SGD goes"""
    check(student, drawn, by_torch(drawn, "SGD"))


@points(2, function="Momentum", hint="Which two callbacks, in which order? And is this average dampened?")
@few_examples(10)
@given(drawn=problems("Momentum"))
@each(edges("Momentum"))
def test_momentum(student, drawn):
    """Momentum goes where torch.optim.SGD with momentum=mom goes, by default with 0.9"""
    check(student, drawn, by_torch(drawn, "Momentum"))


@points(2, function="RMSProp", hint="eps comes after the root; the average of squares has its 1 - sqr_mom.")
@few_examples(10)
@given(drawn=problems("RMSProp"))
@each(edges("RMSProp"))
def test_rms_prop(student, drawn):
    """RMSProp goes where torch.optim.RMSprop with alpha=sqr_mom goes, by default with 0.99 and eps=1e-5"""
    check(student, drawn, by_torch(drawn, "RMSProp"))


@points(3, function="Adam", hint="Both averages dampened and debiased; each parameter counts its own steps.")
@few_examples(10)
@given(drawn=problems("Adam"))
@each(edges("Adam"))
def test_adam(student, drawn):
    """Adam goes where torch.optim.Adam with betas=(mom, sqr_mom) goes, by default with (0.9, 0.99) and eps=1e-5"""
    check(student, drawn, by_torch(drawn, "Adam"))
