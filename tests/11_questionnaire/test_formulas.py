"""Formulas that are a number: shares, rates, variances, means.

They are judged on random numbers, so that any right way to write them is right, and against what they mean: the
variance of all the values there are, an average that torch keeps, what autograd leaves behind. Where that takes too
long, by a law: what holds for two parts by themselves and together.
"""

import itertools

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support import equations
from .support.formulas import (
    T,
    both_averages,
    classified,
    close,
    drawn_bound,
    flat,
    number,
    quarters,
    shown,
    single,
    spread,
    spread_of_dot,
    spread_of_sum,
    two,
)

sizes = st.integers(1, 16).map(lambda k: k / 4)
shares = st.sampled_from([0.5, 0.9, 0.25, 0.0])


@points(
    2,
    function="q09_share",
    hint="What happens at each step to what was there before?",
    stub="9. The share that the gradient of k steps ago (0: the present one) has in avg, under "
    "q07's equation.",
)
@given(beta=shares, k=st.integers(0, 6))
@example(beta=0.9, k=0)
@example(beta=0.9, k=2)
def test_q09_share(student, beta, k):
    """The share of the gradient of k steps ago in the average"""
    one_then_none = [torch.tensor(1.0 if at == 0 else 0.0, dtype=T) for at in range(k + 1)]
    close(student.q09_share(beta, k), equations.moving(one_then_none, beta)[-1], "the share")


@points(
    1,
    function="q10_longest_step",
    hint="Which avg stays the same: avg = mom · avg + 1?",
    stub="With avg = mom · avg + gradient, and a gradient that stays 1, steps grow. Return the "
    "length, lr · avg, that they come to in the end.",
)
@few_examples()
@given(lr=sizes, mom=st.sampled_from([0.0, 0.5, 0.85, 0.9]))
@example(lr=1.0, mom=0.9)
def test_q10_longest_step(student, lr, mom):
    """The length of steps under a gradient that stays the same: as long as torch's are in the end"""
    zero, ones = torch.zeros((), dtype=T), [torch.ones((), dtype=T)] * 200
    avg = equations.momentum(zero, ones, lr, mom, dampened=False)[-1][1]
    close(student.q10_longest_step(lr, mom), lr * float(avg), "the length of the steps")


@points(
    2,
    function="q17_lookahead",
    hint="Which weights do k steps begin from, and where do they end?",
    stub="There are slow weights, equal to p at first. After every k steps of SGD the slow "
    "weights move by the share alpha of their distance to p, and p goes on from where "
    "they are then. Return p after a step with each of grads, a list.",
)
@given(drawn=equations.walks(6), lr=shares, k=st.integers(1, 4), alpha=st.sampled_from([0.5, 0.25, 1.0]))
@example(drawn=([1.0, -2.0], [[1.0, 2.0], [-0.5, 3.0], [2.0, 0.25]]), lr=0.5, k=2, alpha=0.5)
@example(drawn=([1.0, -2.0], [[1.0, 2.0], [-0.5, 3.0], [2.0, 0.25]]), lr=0.5, k=1, alpha=0.5)
@example(drawn=([1.0, -2.0], [[1.0, 2.0]] * 5), lr=0.5, k=2, alpha=0.25)
def test_q17_lookahead(student, drawn, lr, k, alpha):
    """Lookahead around SGD: k steps, then back to the slow weights, which have moved by a share"""
    p, grads = equations.f64(drawn[0]), [equations.f64(g) for g in drawn[1]]
    slow, wanted = p, p
    for first in range(0, len(grads), k):
        wanted = equations.sgd(slow, some := grads[first : first + k], lr)[-1][0]
        if len(some) == k:
            wanted = slow = slow + alpha * (wanted - slow)
    got = student.q17_lookahead(p, grads, lr, k, alpha)
    close(flat(got, "p"), wanted.tolist(), f"p after {len(grads)} steps, k = {k}, alpha = {alpha:g}")


@points(
    1,
    function="q16_largest_rate",
    hint="Which value of the average of squares makes it largest?",
    stub="16. In Adam's step the debiased average is multiplied by lr / (√… + eps). How large "
    "can this factor get?",
)
@given(lr=sizes, eps=st.sampled_from([1.0, 0.5, 1e-5]))
def test_q16_largest_rate(student, lr, eps):
    """How large the adjusted learning rate can get: as large as that of a gradient of next to nothing"""
    tiny = 1e-14
    hypers = {"lr": lr, "beta1": 0.9, "beta2": 0.99, "eps": eps}
    moved = equations.adam(torch.zeros((), dtype=T), [torch.tensor(tiny, dtype=T)], **hypers)[0][0]
    close(student.q16_largest_rate(lr, eps), -float(moved) / tiny, "the largest rate")


@points(
    1,
    function="q12_gradients",
    hint="What can numbers be that cancel?",
    stub="List at least four gradients of one parameter, none of them 0. Their mean has to be "
    "0, so that it looks as if nothing happened. The mean of their squares has to be at "
    "least 1.",
)
def test_q12_gradients(student):
    """Gradients whose mean hides what the mean of their squares shows"""
    entries = torch.tensor(flat(student.q12_gradients(), "q12_gradients"), dtype=T)
    require(len(entries) >= 4, f"there have to be at least four gradients, but there are {len(entries)}")
    require(bool(entries.isfinite().all()), f"gradients are finite numbers, not {shown(entries.tolist())}")
    require(bool((entries != 0).all()), "none of the gradients may be 0")
    mean, square = float(entries.mean()), float((entries**2).mean())
    require(abs(mean) < 1e-6, f"their mean has to be 0, but is {mean:g}")
    require(square >= 1, f"the mean of their squares has to be at least 1, but is {square:g}")


@points(
    2,
    function="q18_two_decays",
    hint="Write g for what goes into the averages, and see what is left of Adam's first step.",
    stub="18. p after the first step of Adam under each of the two decays. … Return (with wd · "
    "p added to the gradient, with p shrunk to (1 - lr · wd) · p by itself before the "
    "step).",
)
@given(
    p=quarters, grad=quarters, lr=sizes, wd=st.sampled_from([0.5, 0.1, 0.0]), eps=st.sampled_from([0.5, 0.1])
)
@example(p=1.0, grad=2.0, lr=0.5, wd=0.5, eps=0.5)
@example(p=-2.0, grad=-1.0, lr=0.5, wd=0.1, eps=0.1)
def test_q18_two_decays(student, p, grad, lr, wd, eps):
    """Adam's first step with decay in the gradient, and with decay by itself"""
    start, grads = torch.tensor(p, dtype=T), [torch.tensor(grad, dtype=T)]
    expected = [
        float(equations.by_torch(kind, start, grads, lr=lr, weight_decay=wd, eps=eps)[0][0])
        for kind in (torch.optim.Adam, torch.optim.AdamW)
    ]
    got = student.q18_two_decays(start, grads[0], lr, wd, eps)
    close(got, expected, "p under (in the gradient, by itself)")


@points(
    2,
    function="q15_unbiased",
    hint="What would the average be by now if each gradient had been 1?",
    stub="15. w.avg and unbias_avg for a list of gradients (numbers), avg being 0 before: a "
    "list of [avg, unbias_avg].",
)
@given(grads=st.lists(quarters, min_size=1, max_size=5), beta=shares)
@example(grads=[1.0, 2.0, 4.0], beta=0.5)
def test_q15_unbiased(student, grads, beta):
    """w.avg and unbias_avg, gradient by gradient"""
    close(student.q15_unbiased(list(grads), beta), both_averages(grads, beta), "[avg, unbias_avg] of each")


@points(
    1,
    function="q15_unbiased",
    band="robust",
    hint="No gradients, no averages. And a list is not used up.",
    handout="of no gradients is empty",
    stub="avg being 0 before",
)
def test_q15_of_nothing(student):
    """Of no gradients there are no averages, and a second call gives the same"""
    none = student.q15_unbiased([], 0.5)
    require(
        flat(none, "what comes back for an empty list") == [], f"for an empty list {shown(none)} came back"
    )
    for _ in range(2):
        close(student.q15_unbiased([2.0], 0.5), [[1.0, 2.0]], "the averages of [2.0]")


@points(
    1,
    function="l01_sqrt5_bound",
    hint="The documentation of kaiming_uniform_ has the bound: put a in, and simplify.",
    stub="The bound of the uniform distribution that kaiming_uniform_ with a=√5 draws weights from.",
)
@given(fan_in=st.integers(1, 1000))
@example(fan_in=25)
def test_l01_bound(student, fan_in):
    """The bound of kaiming_uniform_ with a=√5"""
    close(student.l01_sqrt5_bound(fan_in), drawn_bound(fan_in), "the bound")


@points(
    2,
    function="l02_var_product",
    hint="E[x²y²] - (E[xy])², and independent factors can be taken apart.",
    stub="The variance of x · y, for independent x and y of these means and variances.",
)
@given(mean_x=quarters, var_x=sizes, mean_y=quarters, var_y=sizes)
@example(mean_x=0.0, var_x=1.0, mean_y=0.0, var_y=4.0)
@example(mean_x=1.0, var_x=2.0, mean_y=-3.0, var_y=4.0)
def test_l02_var_product(student, mean_x, var_x, mean_y, var_y):
    """The variance of a product of independent numbers, that of the product of all values there are"""
    expected = spread([x * y for x, y in itertools.product(two(mean_x, var_x), two(mean_y, var_y))])
    close(student.l02_var_product(mean_x, var_x, mean_y, var_y), expected, "the variance")


@points(
    1,
    function="l03_var_sum",
    hint="(a + b)² = a² + 2ab + b².",
    stub="The variance of x + y, cov being their covariance.",
)
@given(var_x=sizes, var_y=sizes, cov=st.sampled_from([0.0, 0.25, -0.25]))
@example(var_x=1.0, var_y=4.0, cov=0.25)
def test_l03_var_sum(student, var_x, var_y, cov):
    """The variance of a sum, dependent or not"""
    close(student.l03_var_sum(var_x, var_y, cov), spread_of_sum(var_x, var_y, cov), "the variance")


@points(
    1,
    function="l03_var_sum",
    hint="What is the covariance of independent numbers?",
    stub="The variance of x + y, cov being their covariance.",
)
@few_examples()
@given(var_x=sizes, var_y=sizes)
def test_l03_var_sum_independent(student, var_x, var_y):
    """The variance of a sum, no covariance being named"""
    close(student.l03_var_sum(var_x, var_y), spread_of_sum(var_x, var_y, 0.0), "the variance")


@points(
    2,
    function="l03_var_dot",
    hint="A sum of n independent products.",
    stub="The variance of Σ a_k · x_k over n terms, all independent; every a_k has mean 0",
)
@given(n=st.integers(1, 3), var_a=sizes, var_x=sizes, more=st.integers(1, 600))
@example(n=3, var_a=1.0, var_x=4.0, more=512)
def test_l03_var_dot(student, n, var_a, var_x, more):
    """The variance of an entry of a @ x, all means being 0: that of all values there are, and as much again for more"""
    got = number(student.l03_var_dot(n, var_a, var_x), "the variance")
    close(got, spread_of_dot(n, var_a, var_x, 0.0), "the variance")
    rest, whole = (student.l03_var_dot(k, var_a, var_x) for k in (more, n + more))
    in_words = f"the variance of {n + more} terms, for those of {n} and of {more} by themselves,"
    close(whole, got + number(rest, in_words), in_words)


@points(
    1,
    function="l03_var_dot",
    band="robust",
    hint="After a ReLU the mean of x is not 0. What did l02 say?",
    handout="x may have a mean",
    stub="every x_k has mean mean_x",
)
@given(n=st.integers(1, 3), var_a=sizes, var_x=sizes, mean_x=quarters)
@example(n=2, var_a=1.0, var_x=1.0, mean_x=3.0)
def test_l03_var_dot_with_a_mean(student, n, var_a, var_x, mean_x):
    """The variance of an entry of a @ x where x has a mean"""
    got = student.l03_var_dot(n, var_a, var_x, mean_x=mean_x)
    close(got, spread_of_dot(n, var_a, var_x, mean_x), "the variance")


@points(
    1,
    function="l04_var_uniform",
    hint="The mean of (x - mean)² over the interval: an integral of a square.",
    stub="The variance of a uniform distribution on [low, high].",
)
@given(low=quarters, width=sizes)
@example(low=-1.0, width=2.0)
@example(low=3.0, width=1.0)
def test_l04_var_uniform(student, low, width):
    """The variance of a uniform distribution, that of ten thousand values side by side"""
    side_by_side = low + width * (torch.arange(10_000, dtype=T) + 0.5) / 10_000  # right to eight digits
    close(student.l04_var_uniform(low, low + width), side_by_side.var(correction=0), "the variance")


@points(
    1,
    function="l08_one_step",
    hint="What is in p.grad when the step comes?",
    stub="p after a single SGD step that follows a backward on each of several batches, "
    "without zero_grad in between; grads is the list of what each batch by itself gives.",
)
@given(p=quarters, grads=st.lists(quarters, min_size=1, max_size=4), lr=sizes)
@example(p=1.0, grads=[1.0, 2.0], lr=0.5)
def test_l08_one_step(student, p, grads, lr):
    """One step on what several batches have left in p.grad"""
    parameter = torch.tensor([p], dtype=T, requires_grad=True)
    for g in grads:
        (g * parameter).sum().backward()
    torch.optim.SGD([parameter], lr=lr).step()
    tensors = [torch.tensor([g], dtype=T) for g in grads]
    close(student.l08_one_step(torch.tensor([p], dtype=T), tensors, lr), float(parameter.detach()), "p")


@points(
    2,
    function="l10_average",
    hint="How many items does each batch stand for?",
    stub="The mean over all items, from that of each batch and its size.",
)
@given(batches=st.lists(st.tuples(quarters, st.integers(1, 9)), min_size=1, max_size=5))
@example(batches=[(1.0, 4), (0.0, 2)])
def test_l10_average(student, batches):
    """The mean over all items, out of means over ragged batches"""
    items = torch.cat([torch.full((n,), m, dtype=T) for m, n in batches])
    got = student.l10_average([m for m, _ in batches], [n for _, n in batches])
    close(got, items.mean(), "the mean")


@points(
    1,
    function="l06_logits",
    hint="Which probabilities are so small that float32 has only 0 for them?",
    stub="A list of finite numbers (logits) for which, in float32, the logarithm of "
    "torch.softmax is infinite somewhere although the log-softmax is finite everywhere.",
)
def test_l06_logits(student):
    """Logits for which the logarithm of the softmax breaks, and the log-softmax does not"""
    x = torch.tensor(flat(student.l06_logits(), "l06_logits"), dtype=T).float()
    require(
        len(x) > 1 and bool(x.isfinite().all()),
        f"there have to be at least two numbers, finite in float32, not {shown(x.tolist())}",
    )
    require(not bool(torch.softmax(x, -1).log().isfinite().all()), "the logarithm of their softmax is finite")
    require(bool(torch.log_softmax(x, -1).isfinite().all()), "their log-softmax is not finite either")


@points(
    2,
    function="l07_nll_lookup",
    hint="Index rows and columns at once, with two integer tensors.",
    stub="Write it as one: (N, C) log-probabilities and int64 (N,) → the mean nll, 0-d.",
)
@given(drawn=classified())
@example(drawn=([[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0]], [2, 0]))
def test_l07_nll(student, drawn):
    """The mean of what is looked up, with the sign turned: torch's nll_loss"""
    scores, target = torch.tensor(drawn[0]), torch.tensor(drawn[1])
    expected = torch.nn.functional.nll_loss(scores.double(), target)
    assert_close(single(student.l07_nll_lookup(scores, target)), expected, what="the nll")


@points(
    1,
    function="l07_nll_lookup",
    band="robust",
    hint="What is 0 · (-inf)? An entry that is not looked up can't do harm.",
    handout="classes of probability 0 that are not the target do no harm",
)
def test_l07_impossible_classes(student):
    """A class of probability 0 that is not the target changes nothing"""
    inf = float("inf")
    got = student.l07_nll_lookup(torch.tensor([[-inf, -2.0], [-1.0, -inf]]), torch.tensor([1, 0]))
    assert_close(single(got), 1.5, what="the nll")
