"""Numbers that each student calculates from their own name, and experiments that they run and report.

Nobody can take another's answers: they follow from STUDENT_ID, which has to be the name that the work was handed in
under. That is known when it counts, and not at home, where any name will do. The numbers are derived here once more:
what the submission says of its own numbers is not asked.
"""

import hashlib
import itertools
import math
import unicodedata
from numbers import Real

import torch

from grader.suite import points, require


def own_numbers(who, question, n):
    """n whole numbers, 1 to 9: the same as my_numbers in the handed out file."""
    digest = hashlib.sha256(f"{who.strip().casefold()}/{question}".encode()).digest()
    return [1 + byte % 9 for byte in digest[:n]]


def whose(student, submitter):
    """The name in the submission, which is the submitter's where that is known. Raises Mismatch."""
    name = student.run("about", as_python="STUDENT_ID").strip()
    require(name != "", "STUDENT_ID at the top is still empty: put the name there that you hand in under")
    same = not submitter or letters(name) == letters(submitter)
    told = f"STUDENT_ID is {name!r}, but the work was handed in by {submitter!r}: these are not your numbers"
    require(same, told)
    return name


def letters(name):
    """Letters and digits alone: "Zoë Lovelace" may hand in as zoë_lovelace."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def flat(value, what):
    """The numbers in nested lists, tuples, arrays or tensors."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [x for entry in value for x in flat(entry, what)]
    require(
        isinstance(value, Real) and not isinstance(value, bool), f"{what} has to hold numbers, not {value!r}"
    )
    return [float(value)]


def check(got, expected, what):
    """got holds the expected numbers, to the third digit after the point. The message does not tell them."""
    numbers = flat(got, what)
    told = f"{what} has to return {len(expected)} numbers, but returned {len(numbers)}"
    require(len(numbers) == len(expected), told)
    for k, (g, e) in enumerate(zip(numbers, expected, strict=True), 1):
        told = f"{what}: with your numbers, the number in place {k} is not {g:g}"
        require(abs(g - e) <= 2e-3 * (1 + abs(e)) and math.isfinite(g), told)


@points(
    1,
    of="q01_own_steps",
    hint="q01_sgd_step twice, or pen and paper: each step takes lr times the gradient off.",
)
def test_q01_own_steps(student, submitter):
    """Two steps of SGD on numbers of your own"""
    got = student.q01_own_steps()
    p, g1, g2 = own_numbers(whose(student, submitter), "q01", 3)
    check(got, [p - 0.1 * g1, p - 0.1 * (g1 + g2)], "q01_own_steps")


@points(1, of="q07_own_averages", hint="Half of the old average and half of the gradient.")
def test_q07_own_averages(student, submitter):
    """Momentum's average over gradients of your own"""
    got = student.q07_own_averages()
    expected = averages(own_numbers(whose(student, submitter), "q07", 3))
    check(got, [avg for avg, _ in expected], "q07_own_averages")


def averages(gradients):
    avg, both = 0.0, []
    for k, g in enumerate(gradients, 1):
        avg = (avg + g) / 2
        both.append((avg, avg / (1 - 0.5**k)))
    return both


@points(1, of="q11_own_step", hint="First the average of squares, then its root.")
def test_q11_own_step(student, submitter):
    """A step of RMSProp on numbers of your own"""
    got = student.q11_own_step()
    p, g = own_numbers(whose(student, submitter), "q11", 2)
    check(got, [p - 0.1 * g / (g / 2 + 1), g * g / 4], "q11_own_step")


@points(2, of="q15_own_averages", hint="Divide by a half, by three quarters, by seven eighths, …")
def test_q15_own_averages(student, submitter):
    """w.avg and unbias_avg for a few batches of your own"""
    got = student.q15_own_averages()
    expected = averages(own_numbers(whose(student, submitter), "q15", 4))
    check(got, [x for both in expected for x in both], "q15_own_averages")


@points(
    1,
    of="l10_own_accuracies",
    hint="The last batch is smaller than the others, and counts as much in one of the two.",
)
def test_l10_own_accuracies(student, submitter):
    """A ragged batch of your own: the mean of means is not the mean"""
    got = student.l10_own_accuracies()
    a, b, k = own_numbers(whose(student, submitter), "l10", 3)
    check(got, [(a + b) / 30, (a + b) / (20 + k)], "l10_own_accuracies")


def report(value, keys, what):
    """The numbers of a report. Raises Mismatch for one that is not a dict of numbers under these keys."""
    require(isinstance(value, dict), f"{what} has to return a dict with the keys {', '.join(keys)}")
    missing = [k for k in keys if k not in value]
    require(not missing, f"{what} lacks {', '.join(missing)}")
    return [flat(value[k], f"{what}, {k},")[0] for k in keys]


@points(2, of="q14_race", hint="Three loops, each with your function; count until |x| is below 0.5.")
def test_q14_race(student, submitter):
    """An experiment: what SGD, momentum and Adam need from a start of your own, by your own functions"""
    keys = ["sgd", "momentum", "adam"]
    told = report(student.q14_race(), keys, "q14_race")
    start = 1.0 + own_numbers(whose(student, submitter), "q14", 1)[0]
    require(
        all(1 <= n <= 1000 for n in told),
        "q14_race: each needs at least one step, and none of them a thousand",
    )
    code = f"x, steps = torch.tensor({start}), 0\n"
    code += "while abs(x) >= 0.5: x, steps = q01_sgd_step(x, x.clone(), 0.1), steps + 1\nsteps"
    again = student.run("race", start, 0.1, [0.9, 0.99], 1e-5, 0.5, as_python=code)
    for key, n in zip(keys, told, strict=True):
        told_of = (
            f"q14_race reports {n:g} steps for {key}, but your own function takes {again[key]} from {start:g}"
        )
        require(abs(n - again[key]) <= 1, told_of)


@points(2, of="l01_report", hint="weight.abs().max() and weight.std() of the layer that you have made.")
def test_l01_report(student, submitter):
    """An experiment: the weights that torch gives a linear layer of a size of your own, and your formula for them"""
    largest, std = report(student.l01_report(), ["largest", "std"], "l01_report")
    n = 100 + 50 * own_numbers(whose(student, submitter), "l01", 1)[0]
    bound = torch.as_tensor(student.l01_sqrt5_bound(n)).item()
    told = f"l01_report: {largest:g} is not the largest of {400 * n} weights within ±{bound:g}, your own bound for {n}"
    require(0.99 * bound <= largest <= 1.000001 * bound, told)
    told = f"l01_report: a std of {std:g} is not that of weights spread evenly up to {largest:g}"
    require(abs(std * math.sqrt(3) / largest - 1) < 0.03, told)


def seeded(seed, n, depth, scale):
    return f"torch.manual_seed({seed})\nl05_stds({n}, {depth}, {scale})"


@points(2, of="l05_stds", hint="Matrix after matrix, a fresh one each time. What does one do to the std?")
def test_l05_stds(student):
    """The stds after each of many layers: far too large at scale 1, at home at 1/√n, gone at 0.01"""
    for scale, low, high in ((1.0, 1e6, math.inf), (1 / 16, 0.02, 50.0), (0.01, 0.0, 1e-6)):
        stds = flat(
            student.run("seeded_stds", 7, 256, 20, scale, as_python=seeded(7, 256, 20, scale)), "l05_stds"
        )
        require(
            len(stds) == 20,
            f"l05_stds(256, 20, {scale:g}) has to return 20 numbers, but returned {len(stds)}",
        )
        told = f"l05_stds(256, 20, {scale:g}): a std of {stds[-1]:g} after the last layer is impossible"
        require(low <= stds[-1] <= high or (scale == 1.0 and math.isnan(stds[-1])), told)
        told = f"l05_stds(256, 20, {scale:g}): after one layer {stds[0]:g}, about {16 * scale:g} was expected"
        require(0.7 < stds[0] / (16 * scale) < 1.4, told)


@points(
    2,
    of="l05_report",
    hint="The variance of an entry of a @ x is n · scale² times that of x: choose the scale for your n.",
)
def test_l05_report(student, submitter):
    """An experiment: a scale at which fifty layers of a width of your own neither explode nor vanish"""
    seed, scale, std = report(student.l05_report(), ["seed", "scale", "std"], "l05_report")
    n = 40 + 10 * own_numbers(whose(student, submitter), "l05", 1)[0]
    require(0.05 <= std <= 20, f"l05_report: a std of {std:g} is not between 0.05 and 20")
    again = student.run("seeded_stds", int(seed), n, 50, scale, as_python=seeded(int(seed), n, 50, scale))[-1]
    told = f"l05_report says {std:g}, but your l05_stds({n}, 50, {scale:g}) after seed {int(seed)} gives {again:g}"
    require(abs(again - std) <= 0.02 * abs(again), told)


@points(1, of="l05_stds", band="robust", hint="Where is the matrix made: before the loop, or in it?")
def test_l05_fresh_matrices(student):
    """Every layer has a matrix of its own: with the same one each time, growth would settle to one factor"""
    for seed in range(12):
        code = seeded(seed, 2, 60, 0.7)
        stds = flat(student.run("seeded_stds", seed, 2, 60, 0.7, as_python=code), "l05_stds")
        factors = [b / a for a, b in itertools.pairwise(stds[-6:]) if a > 0]
        settled = len(factors) == 5 and max(factors) - min(factors) < 1e-4 * max(factors)
        told = (
            f"l05_stds(2, 60, 0.7): each of the last layers changes the std by the same factor, {factors[:1]}"
        )
        require(not settled, told)
