"""Numbers that each student calculates from their own name, and experiments that they run and report.

The numbers follow from STUDENT_ID, which has to be the name that the work was handed in under. That is known when it
counts, and not at home, where any name will do. They are derived here once more: what the submission says of its own
numbers is not asked. Two students have the same four numbers from 1 to 99 once in 96 million times, so numbers that
were copied from somebody else are wrong. Code that was copied is not: under another name it calculates that name's
numbers, and no test can tell who wrote it. Experiments depend on one number alone: they show that one was run.
"""

import itertools
import math

import torch

from grader.suite import points, require

from .support import equations, formulas
from .support.own_numbers import check, f64, own_numbers, report, seeded, with_name


@points(
    1,
    function="q01_own_steps",
    hint="q01_sgd_step twice, or pen and paper.",
    handout="When it is graded, it has to be the name that your work was handed in under",
    stub='1. With p, g1, g2, g3 = my_numbers("q01", 4) and lr 0.1: a list of p after a step '
    "with g1, with g2, with g3.",
)
def test_q01_own_steps(student, submitter):
    """Three steps of SGD on numbers of your own"""
    got, name = with_name(student, submitter, "q01_own_steps")
    p, *grads = map(f64, own_numbers(name, "q01", 4))
    check(got, [float(new) for (new,) in equations.sgd(p, grads, 0.1)], "q01_own_steps")


@points(
    1,
    function="q07_own_averages",
    hint="What is the share of the old average, what that of the gradient?",
    handout="When it is graded, it has to be the name that your work was handed in under",
    stub='7. With the gradients my_numbers("q07", 4), beta 0.5 and avg 0 before them: a list '
    "of avg after each.",
)
def test_q07_own_averages(student, submitter):
    """Momentum's average over gradients of your own"""
    got, name = with_name(student, submitter, "q07_own_averages")
    expected = equations.moving([f64(g) for g in own_numbers(name, "q07", 4)], 0.5)
    check(got, [float(avg) for avg in expected], "q07_own_averages")


@points(
    1,
    function="q11_own_step",
    hint="First the average of squares, then its root.",
    handout="When it is graded, it has to be the name that your work was handed in under",
    stub='11. With p, g1, g2, g3 = my_numbers("q11", 4), sqr_avg 0 before, lr 0.1, alpha 0.75, '
    "eps 1: a list of three [p, sqr_avg], one after each step.",
)
def test_q11_own_step(student, submitter):
    """Three steps of RMSProp on numbers of your own"""
    got, name = with_name(student, submitter, "q11_own_step")
    p, *gradients = map(f64, own_numbers(name, "q11", 4))
    expected = equations.rms_prop(p, gradients, 0.1, 0.75, 1.0)
    check(got, [float(x) for both in expected for x in both], "q11_own_step")


@points(
    2,
    function="q15_own_averages",
    hint="What you divide by depends on how many gradients there were, not on them.",
    handout="When it is graded, it has to be the name that your work was handed in under",
    stub='15. By hand: the four [w.avg, unbias_avg] for the gradients my_numbers("q15", 4) and beta 0.5.',
)
def test_q15_own_averages(student, submitter):
    """w.avg and unbias_avg for a few batches of your own"""
    got, name = with_name(student, submitter, "q15_own_averages")
    expected = formulas.both_averages(own_numbers(name, "q15", 4), 0.5)
    check(got, [x for both in expected for x in both], "q15_own_averages")


@points(
    1,
    function="l10_own_accuracies",
    hint="The batches differ in size, and count alike in one of the last two numbers.",
    handout="When it is graded, it has to be the name that your work was handed in under",
    stub="Return five numbers, in percent: the accuracy of each of the three batches, their "
    "mean, the accuracy over all items.",
)
def test_l10_own_accuracies(student, submitter):
    """A ragged batch of your own: the mean of means is not the mean"""
    got, name = with_name(student, submitter, "l10_own_accuracies")
    a, b, c, k = own_numbers(name, "l10", 4)
    # which items are right, in percent
    batches = [100 * (torch.arange(n) < right).double() for right, n in ((a, 100), (b, 200), (c, 100 + k))]
    of_each = torch.stack([batch.mean() for batch in batches])
    expected = [*of_each.tolist(), float(of_each.mean()), float(torch.cat(batches).mean())]
    check(got, expected, "l10_own_accuracies")


@points(
    2,
    function="q14_race",
    hint="Three loops, each with your function; count until |x| is below 0.5.",
    handout=(
        "When it is graded, it has to be the name that your work was handed in under",
        "The report is compared with your own function",
    ),
    stub='Minimise x²/2, whose gradient is x, from x = 1 + my_numbers("q14", 1)[0] / 10, until '
    "|x| is below 0.5 after a step",
)
def test_q14_race(student, submitter):
    """An experiment: what SGD, momentum and Adam need from a start of your own, by your own functions"""
    keys = {"sgd": "q01_sgd_step", "momentum": "q07_momentum", "adam": "q14_adam"}
    got, name = with_name(student, submitter, "q14_race")
    in_words = report(got, list(keys), "q14_race")
    start = 1.0 + own_numbers(name, "q14", 1)[0] / 10
    some = "q14_race: each needs at least one step, and none of them a thousand"
    require(all(1 <= n <= 1000 for n in in_words), some)
    again = student.run("race", start, 0.1, [0.9, 0.99], 1e-5, 0.5)
    off = 0
    for (key, function), n in zip(keys.items(), in_words, strict=True):
        took = again[key]
        strange = (
            f"your {function}, given tensors, returned something of class {took}: q14_race can't be compared"
        )
        require(not isinstance(took, str), strange)
        told_of = f"q14_race reports {n:g} steps for {key}, but your {function} takes {took} from {start:g}"
        require(abs(n - took) <= 1, told_of)
        off += abs(n - took)
    # On tensors rounding may let one of them take a step more or less, hardly all of them.
    require(off <= 1, f"q14_race: the steps reported for {off:g} of the three are one off")


@points(
    2,
    function="l01_report",
    hint="weight.abs().max() and weight.std() of the layer that you have made.",
    handout=(
        "When it is graded, it has to be the name that your work was handed in under",
        "The report is compared with your own function (l01_report: with torch's layer).",
    ),
    stub='Return {"largest": its largest |weight|, "std": the standard deviation of its '
    "weights}, as found, not rounded.",
)
def test_l01_report(student, submitter):
    """An experiment: the weights that torch gives a linear layer of a size of your own"""
    got, name = with_name(student, submitter, "l01_report")
    largest, std = report(got, ["largest", "std"], "l01_report")
    n = 150 + 5 * own_numbers(name, "l01", 1)[0]
    bound = formulas.drawn_bound(n)
    # of 60 000 weights or more none beyond 0.999 · bound: once in 10²⁶; the std is off by 1.5 %: 8 standard errors
    in_words = f"l01_report: {largest:g} is not the largest of the {400 * n} weights that torch gives Linear({n}, 400)"
    require(0.998 * bound <= largest <= 1.0001 * bound, in_words)
    in_words = (
        f"l01_report: {std:g} is not the std of the {400 * n} weights that torch gives Linear({n}, 400)"
    )
    require(abs(std * math.sqrt(3) / bound - 1) < 0.015, in_words)


@points(
    2,
    function="l05_stds",
    hint="Matrix after matrix, a fresh one each time. What does one do to the std?",
    stub="x = randn(n), then depth times x = (randn(n, n) * scale) @ x, float32, with a fresh "
    "matrix each time: the list of the stds of x after each layer, as numbers.",
)
def test_l05_stds(student):
    """The stds after each of many layers: far too large at scale 1, at home at 1/√n, gone at 0.01"""
    for scale, low, high in ((1.0, 1e6, math.inf), (1 / 16, 0.02, 50.0), (0.01, 0.0, 1e-6)):
        stds = seeded(student, 7, 256, 20, scale)
        in_words = f"l05_stds(256, 20, {scale:g}): a std of {stds[-1]:g} after the last layer is impossible"
        require(low <= stds[-1] <= high or (scale == 1.0 and math.isnan(stds[-1])), in_words)
        in_words = (
            f"l05_stds(256, 20, {scale:g}): after one layer {stds[0]:g}, about {16 * scale:g} was expected"
        )
        require(0.7 < stds[0] / (16 * scale) < 1.4, in_words)


@points(
    2,
    function="l05_report",
    hint="What does l03_var_dot say of an entry of a matrix times x? You choose var_a.",
    handout=(
        "When it is graded, it has to be the name that your work was handed in under",
        "The report is compared with your own function",
    ),
    stub="Find a scale with which the std after the last layer is between 0.05 and 20. Return "
    '{"seed": that you gave to torch.manual_seed right before, "scale": yours, "std": '
    "after the last layer}.",
)
def test_l05_report(student, submitter):
    """An experiment: a scale at which fifty layers of a width of your own neither explode nor vanish"""
    got, name = with_name(student, submitter, "l05_report")
    seed, scale, std = report(got, ["seed", "scale", "std"], "l05_report")
    whole = seed.is_integer() and -(2**63) <= seed < 2**63
    require(whole, f"l05_report: torch.manual_seed takes whole numbers, below 2**63, and not {seed:g}")
    n = 40 + own_numbers(name, "l05", 1)[0]
    require(0.05 <= std <= 20, f"l05_report: a std of {std:g} is not between 0.05 and 20")
    exactly = got["seed"] if isinstance(got["seed"], int) else int(seed)  # a float has no room for large ones
    again = seeded(student, exactly, n, 50, scale)[-1]
    in_words = (
        f"l05_report says {std:g}, but your l05_stds({n}, 50, {scale:g}) after seed {exactly} gives {again:g}"
    )
    require(abs(again - std) <= 0.02 * abs(again), in_words)


@points(
    1,
    function="l05_stds",
    band="robust",
    hint="Where is the matrix made: before the loop, or in it?",
    handout="each layer has a matrix of its own",
)
def test_l05_fresh_matrices(student):
    """Every layer has a matrix of its own: with the same one each time, growth would settle to one factor"""
    for seed in range(12):
        stds = seeded(student, seed, 2, 60, 0.7)
        factors = [b / a for a, b in itertools.pairwise(stds[-6:]) if a > 0]
        settled = len(factors) == 5 and max(factors) - min(factors) < 1e-4 * max(factors)
        in_words = "each of the last layers changes the std by the same factor"
        require(not settled, f"l05_stds(2, 60, 0.7): {in_words}, {factors[0] if factors else 0:g}")
