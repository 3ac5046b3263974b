"""Formulas that are a number: shares, rates, variances, means.

They are judged on random numbers, so that any right way to write them is right, and against what they mean where that
is cheap: shares sum to one, a variance is that of all the values there are.
"""

import itertools
import math

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few, points, require

quarters = st.integers(-12, 12).map(lambda k: k / 4)
sizes = st.integers(1, 16).map(lambda k: k / 4)
shares = st.sampled_from([0.5, 0.9, 0.25, 0.0])
T = torch.float64


def close(got, expected, what):
    """A number, or a list of such; a tensor or an array of them is as good."""
    got = got.tolist() if hasattr(got, "tolist") else got
    if isinstance(expected, (tuple, list)):
        require(
            isinstance(got, (tuple, list)),
            f"{what} have to be {len(expected)} numbers, or pairs, not {got!r}",
        )
        require(len(got) == len(expected), f"{what}: {len(got)} came, expected {len(expected)}")
        for k, (g, e) in enumerate(zip(got, expected, strict=True)):
            close(g, e, f"{what}[{k}]")
        return
    got = got[0] if isinstance(got, (tuple, list)) and len(got) == 1 else got
    number = torch.tensor(got, dtype=T) if isinstance(got, (int, float)) else got
    wanted = torch.tensor(expected, dtype=T)
    assert_close(number, wanted, what=what, allowed=1e-5 * (1 + abs(expected)))  # float32 will do


@points(2, of="q09_share", hint="Each step multiplies what was there before by beta.")
@given(beta=shares, k=st.integers(0, 6))
@example(beta=0.9, k=0)
@example(beta=0.9, k=2)
def test_q09_share(student, beta, k):
    """The share of the gradient of k steps ago in the average"""
    close(student.q09_share(beta, k), (1 - beta) * beta**k, "the share")


@points(1, of="q16_largest_rate", hint="Which value of the average of squares makes it largest?")
@given(lr=sizes, eps=st.sampled_from([1.0, 0.5, 1e-5]))
def test_q16_largest_rate(student, lr, eps):
    """The most that lr / (√v + eps) can be"""
    close(student.q16_largest_rate(lr, eps), lr / eps, "the largest rate")


@points(1, of="q12_gradients", hint="Positive and negative ones.")
def test_q12_gradients(student):
    """Gradients whose mean hides what the mean of their squares shows"""
    gradients = student.q12_gradients()
    entries = torch.as_tensor(gradients, dtype=T).flatten()
    require(len(entries) >= 4, f"there have to be at least four gradients, but there are {len(entries)}")
    require(bool((entries != 0).all()), "none of the gradients may be 0")
    mean, square = float(entries.mean()), float((entries**2).mean())
    require(abs(mean) < 1e-6, f"their mean has to be 0, but is {mean:g}")
    require(square >= 1, f"the mean of their squares has to be at least 1, but is {square:g}")


@points(
    2,
    of="q18_two_decays",
    hint="Write g for what goes into the averages, and see what is left of Adam's first step.",
)
@given(
    p=quarters, grad=quarters, lr=sizes, wd=st.sampled_from([0.5, 0.1, 0.0]), eps=st.sampled_from([0.5, 0.1])
)
@example(p=1.0, grad=2.0, lr=0.5, wd=0.5, eps=0.5)
@example(p=-2.0, grad=-1.0, lr=0.5, wd=0.1, eps=0.1)
def test_q18_two_decays(student, p, grad, lr, wd, eps):
    """Adam's first step with decay in the gradient, and with decay by itself"""
    g = grad + wd * p
    coupled = p - lr * g / (abs(g) + eps)
    by_itself = p * (1 - lr * wd) - lr * grad / (abs(grad) + eps)
    got = student.q18_two_decays(*(torch.tensor(v, dtype=T) for v in (p, grad)), lr, wd, eps)
    close(got, (coupled, by_itself), "p under (in the gradient, by itself)")


@points(2, of="q15_unbiased", hint="Divide by 1 minus beta to the number of gradients so far.")
@given(grads=st.lists(quarters, min_size=1, max_size=5), beta=shares)
@example(grads=[1.0, 2.0, 4.0], beta=0.5)
def test_q15_unbiased(student, grads, beta):
    """w.avg and unbias_avg, gradient by gradient"""
    close(student.q15_unbiased(grads, beta), unbiased(grads, beta), "the averages")


def unbiased(grads, beta):
    avg, values = 0.0, []
    for i, g in enumerate(grads):
        avg = beta * avg + (1 - beta) * g
        values.append([avg, avg / (1 - beta ** (i + 1))])
    return values


@points(1, of="q15_unbiased", band="robust", hint="No gradients, no averages. And a list is not used up.")
def test_q15_of_nothing(student):
    """Of no gradients there are no averages, and a second call gives the same"""
    require(len(student.q15_unbiased([], 0.5)) == 0, "for an empty list something came back")
    for _ in range(2):
        close(student.q15_unbiased([2.0], 0.5), [[1.0, 2.0]], "the averages of [2.0]")


@points(1, of="l01_sqrt5_bound", hint="√3 · gain / √fan_in, and gain² = 2 / (1 + a²).")
@given(fan_in=st.integers(1, 1000))
@example(fan_in=25)
def test_l01_bound(student, fan_in):
    """The bound of kaiming_uniform_ with a=√5"""
    close(student.l01_sqrt5_bound(fan_in), 1 / math.sqrt(fan_in), "the bound")


@points(2, of="l02_var_product", hint="E[x²y²] - (E[xy])², and independent factors can be taken apart.")
@given(mean_x=quarters, var_x=sizes, mean_y=quarters, var_y=sizes)
@example(mean_x=0.0, var_x=1.0, mean_y=0.0, var_y=4.0)
@example(mean_x=1.0, var_x=2.0, mean_y=-3.0, var_y=4.0)
def test_l02_var_product(student, mean_x, var_x, mean_y, var_y):
    """The variance of a product of independent numbers, that of the product of all values there are"""
    xs, ys = ([m - math.sqrt(v), m + math.sqrt(v)] for m, v in ((mean_x, var_x), (mean_y, var_y)))
    products = [x * y for x, y in itertools.product(xs, ys)]
    mean = sum(products) / 4
    expected = sum((z - mean) ** 2 for z in products) / 4
    close(student.l02_var_product(mean_x, var_x, mean_y, var_y), expected, "the variance")


@points(1, of="l03_var_sum", hint="(a + b)² = a² + 2ab + b².")
@given(var_x=sizes, var_y=sizes, cov=st.sampled_from([0.0, 0.25, -0.25]))
@example(var_x=1.0, var_y=4.0, cov=0.25)
def test_l03_var_sum(student, var_x, var_y, cov):
    """The variance of a sum, dependent or not"""
    close(student.l03_var_sum(var_x, var_y, cov), var_x + var_y + 2 * cov, "the variance")


@points(1, of="l03_var_sum", hint="What is the covariance of independent numbers?")
@few()
@given(var_x=sizes, var_y=sizes)
def test_l03_var_sum_independent(student, var_x, var_y):
    """The variance of a sum, no covariance being named"""
    close(student.l03_var_sum(var_x, var_y), var_x + var_y, "the variance")


@points(2, of="l03_var_dot", hint="A sum of n independent products.")
@given(n=st.integers(1, 600), var_a=sizes, var_x=sizes)
@example(n=512, var_a=1.0, var_x=1.0)
def test_l03_var_dot(student, n, var_a, var_x):
    """The variance of an entry of a @ x, all means being 0"""
    close(student.l03_var_dot(n, var_a, var_x), n * var_a * var_x, "the variance")


@points(1, of="l03_var_dot", band="robust", hint="After a ReLU the mean of x is not 0. What did l02 say?")
@given(n=st.integers(1, 9), var_a=sizes, var_x=sizes, mean_x=quarters)
@example(n=2, var_a=1.0, var_x=1.0, mean_x=3.0)
def test_l03_var_dot_with_a_mean(student, n, var_a, var_x, mean_x):
    """The variance of an entry of a @ x where x has a mean"""
    close(
        student.l03_var_dot(n, var_a, var_x, mean_x=mean_x), n * var_a * (var_x + mean_x**2), "the variance"
    )


@points(1, of="l04_var_uniform", hint="The mean of (x - mean)² over the interval: an integral of a square.")
@given(low=quarters, width=sizes)
@example(low=-1.0, width=2.0)
@example(low=3.0, width=1.0)
def test_l04_var_uniform(student, low, width):
    """The variance of a uniform distribution"""
    close(student.l04_var_uniform(low, low + width), width**2 / 12, "the variance")


@points(1, of="l08_one_step", hint="What is in p.grad when the step comes?")
@given(p=quarters, grads=st.lists(quarters, min_size=1, max_size=4), lr=sizes)
@example(p=1.0, grads=[1.0, 2.0], lr=0.5)
def test_l08_one_step(student, p, grads, lr):
    """One step on what several batches have left in p.grad"""
    tensors = [torch.tensor([g], dtype=T) for g in grads]
    close(student.l08_one_step(torch.tensor([p], dtype=T), tensors, lr), p - lr * sum(grads), "p")


@points(2, of="l10_average", hint="How many items does each batch stand for?")
@given(batches=st.lists(st.tuples(quarters, st.integers(1, 9)), min_size=1, max_size=5))
@example(batches=[(1.0, 4), (0.0, 2)])
def test_l10_average(student, batches):
    """The mean over all items, out of means over ragged batches"""
    means, counts = [m for m, _ in batches], [n for _, n in batches]
    expected = sum(m * n for m, n in batches) / sum(counts)
    close(student.l10_average(means, counts), expected, "the mean")


@points(1, of="l06_logits", hint="Which probabilities are so small that float32 has only 0 for them?")
def test_l06_logits(student):
    """Logits for which the logarithm of the softmax breaks, and the log-softmax does not"""
    x = torch.as_tensor(student.l06_logits(), dtype=torch.float32).flatten()
    require(len(x) > 1 and bool(x.isfinite().all()), "there have to be at least two finite numbers")
    require(not bool(torch.softmax(x, -1).log().isfinite().all()), "the logarithm of their softmax is finite")
    require(bool(torch.log_softmax(x, -1).isfinite().all()), "their log-softmax is not finite either")


@st.composite
def classified(draw):
    rows, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    scores = draw(
        st.lists(st.lists(quarters, min_size=classes, max_size=classes), min_size=rows, max_size=rows)
    )
    return scores, draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows))


@points(2, of="l07_nll_lookup", hint="Index rows and columns at once, with two integer tensors.")
@given(drawn=classified())
@example(drawn=([[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0]], [2, 0]))
def test_l07_nll(student, drawn):
    """The mean of what is looked up, with the sign turned"""
    scores, target = drawn
    expected = -sum(row[t] for row, t in zip(scores, target, strict=True)) / len(target)
    got = student.l07_nll_lookup(torch.tensor(scores), torch.tensor(target))
    assert_close(got, expected, what="the nll")


@points(
    1,
    of="l07_nll_lookup",
    band="robust",
    hint="What is 0 · (-inf)? An entry that is not looked up can't do harm.",
)
def test_l07_impossible_classes(student):
    """A class of probability 0 that is not the target changes nothing"""
    inf = float("inf")
    got = student.l07_nll_lookup(torch.tensor([[-inf, -2.0], [-1.0, -inf]]), torch.tensor([1, 0]))
    assert_close(got, 1.5, what="the nll")
