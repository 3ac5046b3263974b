"""Cases, strategies and checks of test_formulas.py."""

import itertools
import math

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

from . import equations

T = torch.float64
quarters = st.integers(-12, 12).map(lambda k: k / 4)


def ends(losses):
    """After how many losses an f3_lr_find ends, and fastai's finder."""
    mine = fastais = len(losses)
    average, lowest = 0.0, math.inf
    for t in reversed(range(1, len(losses) + 1)):
        if not math.isfinite(losses[t - 1]) or losses[t - 1] > 4 * min(losses[:t]):
            mine = t
    for t, loss in enumerate(losses, 1):
        average = 0.98 * average + 0.02 * loss
        smooth = average / (1 - 0.98**t)
        lowest = min(lowest, smooth)
        if smooth > 4 * lowest:
            fastais = min(fastais, t)
    return mine, fastais


def listed(value):
    """A tensor or an array as nested lists, or as a number; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def shown(value):
    return literal(value)[:100]


def number(value, what):
    """A number as a float; one alone in a list, a tensor or an array is as good. Raises Mismatch for anything else."""
    inside = listed(value)
    while isinstance(inside, (list, tuple)) and len(inside) == 1:
        inside = listed(inside[0])
    good = isinstance(inside, (int, float)) and not isinstance(inside, bool)
    require(
        good,
        f"{what} has to be a number, not {'None (is a return missing?)' if value is None else shown(value)}",
    )
    return float(inside)


def flat(value, what):
    """The numbers in nested lists, tuples, arrays or tensors. Raises Mismatch where something else is in them."""
    value = listed(value)
    if isinstance(value, (list, tuple)):
        return [x for entry in value for x in flat(entry, what)]
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    in_words = "None (is a return missing?)" if value is None else shown(value)
    require(good, f"{what} has to hold numbers, not {in_words}")
    return [float(value)]


def close(got, expected, what):
    """A number, or a list of such, to five digits: float32 will do. Raises Mismatch."""
    if not isinstance(expected, (tuple, list)):
        wanted = float(expected)
        assert_close(
            torch.tensor(number(got, what), dtype=T), wanted, what=what, atol=1e-5 * (1 + abs(wanted))
        )
        return
    got = listed(got)
    kinds = "pairs of numbers" if expected and isinstance(expected[0], (tuple, list)) else "numbers"
    in_words = f"{what}: a list of {len(expected)} {kinds} has to be returned, not {shown(got)}"
    require(isinstance(got, (tuple, list)) and len(got) == len(expected), in_words)
    for k, (g, e) in enumerate(zip(got, expected, strict=True)):
        close(g, e, f"{what}[{k}]")


def spread(values):
    """The variance of all the values there are, each as likely as the others."""
    return float(torch.tensor(values, dtype=T).var(correction=0))


def two(mean, var):
    """Two values, as likely as each other, that have this mean and this variance."""
    return [mean - math.sqrt(var), mean + math.sqrt(var)]


def both_averages(grads, beta):
    """[avg, unbias_avg] after each gradient, as torch's Adam has them."""
    tensors = [torch.tensor(float(g), dtype=T) for g in grads]
    pairs = zip(equations.moving(tensors, beta), equations.debiased(tensors, beta), strict=True)
    return [[float(avg), float(unbiased)] for avg, unbiased in pairs]


def drawn_bound(fan_in, tries=8):
    """The bound of torch's kaiming_uniform_ with a=√5, found by what it makes of numbers between -1 and 1."""
    weights, plain = (torch.empty(tries, fan_in, dtype=T) for _ in range(2))
    torch.nn.init.kaiming_uniform_(weights, a=math.sqrt(5), generator=torch.Generator().manual_seed(0))
    plain.uniform_(-1, 1, generator=torch.Generator().manual_seed(0))
    at = plain.abs().argmax()
    return float(weights.flatten()[at] / plain.flatten()[at])


def spread_of_sum(var_x, var_y, cov):
    """The variance of x + y over pairs of values of which equal signs come as often as cov asks for."""
    xs, ys = two(0.0, var_x), two(0.0, var_y)
    together = 0.5 + cov / (2 * math.sqrt(var_x * var_y))  # how often both are low, or both high
    pairs = [(xs[i] + ys[j], together if i == j else 1 - together) for i in (0, 1) for j in (0, 1)]
    mean = sum(value * often / 2 for value, often in pairs)
    return sum((value - mean) ** 2 * often / 2 for value, often in pairs)


def spread_of_dot(n, var_a, var_x, mean_x):
    """The variance of a sum of n products, over all values there are."""
    products = [a * x for a, x in itertools.product(two(0.0, var_a), two(mean_x, var_x))]
    return spread([sum(chosen) for chosen in itertools.product(products, repeat=n)])


@st.composite
def classified(draw):
    rows, classes = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    scores = draw(
        st.lists(st.lists(quarters, min_size=classes, max_size=classes), min_size=rows, max_size=rows)
    )
    return scores, draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows))


def single(value):
    """A tensor as it is, anything else as a number. Raises Mismatch for what is neither."""
    return value if isinstance(value, torch.Tensor) else number(value, "the nll")
