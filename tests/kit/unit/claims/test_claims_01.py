"""Claims of the handout of unit 01 about numbers, checked on the key and on torch."""

import math

import torch
from support import ROOT

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["01_softmax"].reference)
INF = math.inf


def test_where_exp_ends():
    for dtype, top in (
        (torch.float16, 11.09),
        (torch.bfloat16, 88.72),
        (torch.float32, 88.72),
        (torch.float64, 709.78),
    ):
        assert abs(math.log(torch.finfo(dtype).max) - top) < 0.006
    below = (
        (torch.float16, -17.3, -17.4),
        (torch.bfloat16, -92.5, -93),
        (torch.float32, -103.9, -104),
        (torch.float64, -745.1, -745.2),
    )
    for dtype, some, none in below:
        assert torch.tensor(some, dtype=dtype).exp() > 0 and torch.tensor(none, dtype=dtype).exp() == 0


def test_direct_formula_fails_as_told():
    direct = key.naive_log_softmax
    got = direct(torch.tensor([100.0, 0.0]))
    assert got[0].isnan() and got[1] == -INF
    assert direct(torch.tensor([0.0, -120.0])).tolist() == [0.0, -INF]
    assert (
        direct(torch.tensor([88.7, 0.0])).isfinite().all()
        and not direct(torch.tensor([88.73, 0.0])).isfinite().all()
    )
    assert torch.softmax(torch.tensor([0.0, -120.0]), -1).log()[1] == -INF


def test_log_softmax_keeps_its_digits():
    x = torch.tensor([[1e7, 1e7, 1e7 - 1]])
    assert torch.allclose(key.log_softmax(x).double(), torch.log_softmax(x.double(), -1), atol=1e-6)
    assert abs(float(key.cross_entropy(x, torch.tensor([0]))) - 0.86199) < 1e-4


def test_half_probabilities_sum_to_one():
    x = torch.randn(200, 10, generator=torch.Generator().manual_seed(0)) * 100
    for dtype, limit in ((torch.float16, 1e-3), (torch.bfloat16, 6e-3)):
        sums = key.log_softmax(x.to(dtype)).double().exp().sum(-1)
        assert float((sums - 1).abs().max()) < limit


def test_unshifted_form_is_what_loses_them():
    x = torch.tensor([1e7, 1e7, 1e7 - 1])
    assert (x - torch.logsumexp(x, -1)).tolist() == [-1.0, -1.0, -2.0]


def test_long_half_rows():
    assert abs(float(key.logsumexp(torch.zeros(100_000, dtype=torch.float16))) - math.log(1e5)) < 0.01
    assert torch.ones(100_000, dtype=torch.float16).sum() == INF
    for dtype, stop in ((torch.float16, 2048), (torch.bfloat16, 256)):
        s, one = torch.tensor(stop, dtype=dtype), torch.tensor(1, dtype=dtype)
        assert s + one == s and (s - one) + one == s


def test_many_small_terms_add_up():
    x = torch.tensor([0.0] + [-17.5] * 200_000, dtype=torch.float16)
    assert x[1:].exp().max() == 0 and abs(float(key.logsumexp(x)) - 0.0050) < 1e-4


def test_infinities():
    x = torch.tensor([[-INF, -INF], [0.0, -INF]], requires_grad=True)
    got = key.logsumexp(x)
    (gradient,) = torch.autograd.grad(got.sum(), x)
    assert got.tolist() == [-INF, 0.0] and gradient[1].tolist() == [1.0, 0.0]
    y = torch.tensor([INF, 1.0, 100.0], requires_grad=True)
    got = key.logsumexp(y)
    (gradient,) = torch.autograd.grad(got, y)
    assert got == INF and gradient[1:].tolist() == [0.0, 0.0]


def test_allowed_losses_do_help():
    a, b = torch.tensor(1000.0), torch.tensor(999.0)
    by_softplus = b + torch.nn.functional.softplus(a - b)
    by_bce = b + torch.nn.functional.binary_cross_entropy_with_logits(a - b, torch.tensor(0.0))
    assert torch.allclose(by_softplus, torch.logaddexp(a, b)) and torch.allclose(
        by_bce, torch.logaddexp(a, b)
    )


def test_one_of_equal_outputs_counts():
    out = torch.zeros(2, 3)
    assert sum(float(key.accuracy(out, torch.full((2,), k))) for k in range(3)) == 1.0


def test_gradient_of_cross_entropy():
    x = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    t = torch.tensor([0, 1, 2, 3, 0])
    (gradient,) = torch.autograd.grad(key.cross_entropy(x, t), x)
    right = (torch.softmax(x.detach(), -1) - torch.nn.functional.one_hot(t, 4)) / 5
    assert torch.allclose(gradient, right)
