"""The equations of the optimizers, walked for several steps from random starts, in float64.

One step from averages of 0 lets nearly everything pass: an average that is never fed back, a share of 1 - beta on the
wrong side, a debiasing that counts from 1. Several steps with different gradients don't. Where an equation has to go
is said by torch.optim, with hyper-parameters converted to the ones here; so is, where what came is what a well-known
slip gives, that the message says so. Other tests of this unit ask torch through the functions below, too.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.equations import adam, check, check_recent, momentum, rms_prop, sgd, slip, walks

NAMES = {1: ("p",), 2: ("p", "avg"), 3: ("p", "avg", "sqr_avg")}
rates = st.sampled_from([0.1, 0.5, 1.0])
shares = st.sampled_from([0.5, 0.9, 0.25])
epsilons = st.sampled_from([0.5, 0.1, 1e-5])
THREE = ([1.0, -2.0], [[1.0, 2.0], [-0.5, 3.0], [2.0, 0.25]])


@points(
    2,
    function="q01_sgd_step",
    hint="Which way does the gradient point, and which way is down?",
    handout="steps: against the equation, over several steps, on random numbers",
    stub="1. What is the equation for a step of SGD? Return the new p.",
)
@given(drawn=walks(), lr=rates)
@example(drawn=THREE, lr=0.1)
def test_q01_sgd_step(student, drawn, lr):
    """A step of SGD, and others after it"""
    check(student, "q01_sgd_step", sgd, drawn, {"lr": lr})


MOMENTUM_SLIPS = [
    ("That is what it is with all of the gradient, instead of a share of 1 - beta.", {"dampened": False})
]


@points(
    3,
    function="q07_momentum",
    hint="The step goes along the new average. How much of it is old, how much is the gradient?",
    handout="steps: against the equation, over several steps, on random numbers",
    stub="The equation as the chapter writes it first, with a share of 1 - beta for the "
    "gradient. … avg: the average before this step. Return (the new p, the new avg).",
)
@given(drawn=walks(), lr=rates, beta=shares)
@example(drawn=THREE, lr=0.1, beta=0.9)
def test_q07_momentum(student, drawn, lr, beta):
    """Momentum over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "beta": beta}
    check(student, "q07_momentum", momentum, drawn, hypers, NAMES[2], slips=MOMENTUM_SLIPS)


@points(
    1,
    function="q07_momentum",
    band="robust",
    hint="What is left of the equation when beta is 0?",
    handout="with beta 0 is SGD",
)
@few_examples()
@given(drawn=walks(), lr=rates)
@example(drawn=THREE, lr=0.1)
def test_q07_without_momentum(student, drawn, lr):
    """Momentum with beta = 0 is SGD"""
    check(student, "q07_momentum", momentum, drawn, {"lr": lr, "beta": 0.0}, NAMES[2], slips=MOMENTUM_SLIPS)


RMS_SLIPS = [
    (
        "That is what it is with all of the squared gradient, instead of a share of 1 - alpha.",
        {"whole": True},
    ),
]


@points(
    3,
    function="q11_rmsprop",
    hint="What is averaged, what is the step along, and what is it divided by?",
    handout="steps: against the equation, over several steps, on random numbers",
    stub="11. What is RMSProp? Its equation, with the share of 1 - alpha for the new term, and "
    "eps beside the root. sqr_avg: the average before this step. Return (the new p, the "
    "new sqr_avg).",
)
@given(drawn=walks(), lr=rates, alpha=shares, eps=epsilons)
@example(drawn=THREE, lr=0.1, alpha=0.9, eps=0.5)
def test_q11_rmsprop(student, drawn, lr, alpha, eps):
    """RMSProp over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "alpha": alpha, "eps": eps}
    check(student, "q11_rmsprop", rms_prop, drawn, hypers, ("p", "sqr_avg"), slips=RMS_SLIPS)


@points(
    1,
    function="q11_rmsprop",
    band="robust",
    hint="What is left of the step where the gradient is 0, and may anything be 0 / 0?",
    handout="a parameter whose gradients were all 0 stays where it is",
)
@few_examples()
@given(drawn=walks(), alpha=shares)
@example(drawn=THREE, alpha=0.9)
def test_q11_without_gradient(student, drawn, alpha):
    """A parameter whose gradients have all been 0 stays where it is"""
    p, grads = drawn
    still = (p, [[0.0, 0.0] for _ in grads])
    hypers = {"lr": 0.1, "alpha": alpha, "eps": 1e-5}
    check(student, "q11_rmsprop", rms_prop, still, hypers, ("p", "sqr_avg"), slips=RMS_SLIPS)


# avg and root: how much of the average, and of the root of that of squares, is there yet
ADAM_SLIPS = [
    slip("without debiasing", lambda lr, eps, avg, root: (lr * avg / root, eps / root)),
    slip(
        "with the average of the gradients alone debiased", lambda lr, eps, avg, root: (lr / root, eps / root)
    ),
    slip("with the average of squares alone debiased", lambda lr, eps, avg, root: (lr * avg, eps)),
    slip("with eps added to the root before it is debiased", lambda lr, eps, avg, root: (lr, eps / root)),
    ("That is what it is when the exponent of the debiasing is one too large.", {"ahead": 1}),
]

ADAM = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.1}


@points(
    4,
    function="q14_adam",
    hint="What do averages that began at 0 lack after i + 1 steps? Make up for it in both.",
    handout="steps: against the equation, over several steps, on random numbers",
    stub="14. Write out the equation for Adam; eps stands beside the root of the debiased "
    "average of squares. i: number of the step, 0 at the first one. Return (the new p, "
    "the new avg, the new sqr_avg), not debiased.",
)
@given(drawn=walks(), lr=rates, beta1=shares, beta2=shares, eps=epsilons)
@example(drawn=THREE, **ADAM)
def test_q14_adam(student, drawn, lr, beta1, beta2, eps):
    """Adam over several steps, each from where the last one ended"""
    hypers = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    check(student, "q14_adam", adam, drawn, hypers, NAMES[3], True, ADAM_SLIPS)


@points(
    1,
    function="q14_adam",
    band="robust",
    hint="Debiasing matters at each step, and less and less.",
    handout="holds under a constant gradient, and under none",
)
@few_examples()
@given(g=st.integers(1, 8), beta1=shares, beta2=shares)
@example(g=2, beta1=0.9, beta2=0.5)
def test_q14_constant_gradient(student, g, beta1, beta2):
    """Adam under a constant gradient takes equal steps, twelve of them, and none where there is no gradient"""
    hypers = {"lr": 0.1, "beta1": beta1, "beta2": beta2, "eps": 0.5}
    drawn = ([0.0, 1.0], [[float(g), 0.0]] * 12)
    check(student, "q14_adam", adam, drawn, hypers, NAMES[3], True, ADAM_SLIPS)


@points(
    3,
    function="f1_recent",
    band="stretch",
    hint="RAdam: first ρ, which grows with the steps; the square root only above 5. Lion: two mixtures.",
    stub="A recent optimizer of your choice: Rectified Adam, AdaBelief or Lion. See the handout's equations.",
)
@few_examples(10)
@given(drawn=walks(6), beta2=st.sampled_from([0.99, 0.9, 0.8]), eps=epsilons)
@example(drawn=([1.0, -2.0], THREE[1] * 3), beta2=0.99, eps=0.1)
def test_f1_recent(student, drawn, beta2, eps):
    """One of Rectified Adam, AdaBelief and Lion over several steps; for RAdam before ρ is above 5, and after"""
    hypers = {"lr": 0.1, "beta1": 0.9, "beta2": beta2, "eps": eps}
    check_recent(student, "f1_recent", drawn, hypers, NAMES[3])
