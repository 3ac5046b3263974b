"""Claims of the handout of 08_optimizer, checked on its answer key."""

import math
from functools import partial
from typing import Any

import pytest
import torch
from support import ROOT
from torch.optim.radam import radam
from torch.optim.sgd import sgd

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["08_optimizer"].reference)
ADAM = [partial(key.average_grad, dampening=True), key.average_sqr_grad, key.step_stat, key.adam_step]
HYPERS = {"lr": 0.1, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5}


def leaf(*values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def gap(make, torchs, steps=20):
    """The largest distance between two trajectories under the same random gradients.

    torchs: changes a parameter by one of torch's functions. (Its classes would load its compiler, which takes seconds.)
    """
    random = torch.Generator().manual_seed(0)
    a, worst = leaf(1.0, -2.0, 0.5), 0.0
    b, mine = a.detach().clone(), make([a])
    for _ in range(steps):
        a.grad = torch.randn(3, generator=random, dtype=torch.float64)
        mine.step()
        torchs(b, a.grad)
        worst = max(worst, (a - b).abs().max().item())
    return worst


def test_torchs_dampening_leaves_the_first_gradient_whole():
    kept: list[torch.Tensor | None] = [None]
    options: dict[str, Any] = {"weight_decay": 0, "momentum": 0.9, "lr": 0.1, "dampening": 0.9}

    def torchs(p, grad):
        sgd([p], [grad], kept, foreach=False, nesterov=False, maximize=False, **options)

    assert gap(partial(key.Optimizer, cbs=[ADAM[0], key.momentum_step], lr=0.1, mom=0.9), torchs) > 0.1


def test_torchs_radam_puts_eps_elsewhere():
    def apart(eps):
        state = [
            [torch.zeros(3, dtype=torch.float64)],
            [torch.zeros(3, dtype=torch.float64)],
            [torch.zeros(())],
        ]
        options: dict[str, Any] = {"beta1": 0.9, "beta2": 0.99, "lr": 0.1, "weight_decay": 0, "eps": eps}

        def torchs(p, grad):
            radam([p], [grad], state[0], state[1], state[2], foreach=False, **options)

        return gap(partial(key.RAdam, lr=0.1, eps=eps), torchs)

    assert apart(1e-30) < 1e-12 and apart(1e-2) > 1e-3


def test_rho():
    for beta in (0.9, 0.99, 0.999):
        longest = 2 / (1 - beta) - 1
        rho = [longest - 2 * t * beta**t / (1 - beta**t) for t in range(1, 8)]
        assert math.isclose(rho[0], 1, rel_tol=1e-6)
        assert [r > 4 for r in rho].index(True) == 4 and [r > 5 for r in rho].index(True) == 5, (
            "steps 5 and 6"
        )


def test_first_steps():
    for name, length in (("Adam", 1.0), ("RMSProp", 10.0)):  # RMSProp: 1 / √(1 - 0.99)
        p = leaf(0.0, 0.0, 0.0)
        opt = getattr(key, name)([p], lr=0.1, eps=1e-30)
        p.grad = torch.tensor([100.0, -1e-4, 0.0], dtype=torch.float64)
        opt.step()
        moved = 0.1 * length * torch.tensor([-1.0, 1.0, 0.0], dtype=torch.float64)
        assert torch.allclose(p.detach(), moved)


def test_in_float16_the_square_of_a_small_gradient_is_0():
    """So "every entry moves by η" has its limits: here the step is lr · 1e-4 / eps, ten times lr."""
    p = leaf(0.0, dtype=torch.float16)
    opt = key.Adam([p], lr=0.1)
    p.grad = torch.tensor([1e-4], dtype=torch.float16)
    opt.step()
    assert abs(p.item() + 1.0) < 0.01


def test_an_eps_inside_the_root_acts_like_its_root_only_where_v_is_0():
    def acts_like(v):
        return math.sqrt(v + 1e-5) - math.sqrt(v)

    assert math.isclose(acts_like(0), 0.00316, rel_tol=1e-3) and acts_like(1) < 1e-5


def test_weights_with_small_gradients_decay_more_under_l2_and_adam():
    def decayed(size):
        plain, l2 = leaf(1.0), leaf(1.0)
        runs = [
            (plain, key.Optimizer([plain], ADAM, **HYPERS | {"lr": 1e-3})),
            (l2, key.Optimizer([l2], [key.l2_reg, *ADAM], wd=0.01, **HYPERS | {"lr": 1e-3})),
        ]
        for k in range(200):
            for p, opt in runs:
                p.grad = torch.tensor([size * (-1) ** k], dtype=torch.float64)
                opt.step()
        return (plain - l2).item()

    decoupled = 1 - (1 - 1e-3 * 0.01) ** 200
    assert decayed(10.0) < 0.2 * decoupled and decayed(0.1) > 5 * decoupled


@pytest.mark.parametrize(
    "cbs", [[key.average_grad, key.momentum_step], [key.average_sqr_grad, key.rms_prop_step], ADAM]
)
def test_the_two_decays_differ_with_all_but_plain_sgd(cbs):
    def last(decay, cbs):
        p = leaf(1.0)
        opt = key.Optimizer([p], [decay, *cbs], wd=0.5, **HYPERS)
        for _ in range(3):
            p.grad = torch.tensor([0.5], dtype=torch.float64)
            opt.step()
        return p.item()

    assert abs(last(key.l2_reg, cbs) - last(key.weight_decay, cbs)) > 1e-3
    assert math.isclose(last(key.l2_reg, [key.sgd_cb]), last(key.weight_decay, [key.sgd_cb]))


def test_zeros_and_none_are_not_the_same_for_a_parameter_that_is_left_out_of_a_loss():
    def last(to_none):
        p = leaf(1.0)
        opt = key.Momentum([p], lr=0.1)
        for k in range(5):
            if k == 0:
                (p**2).sum().backward()
            opt.step()
            p.grad = None if to_none else torch.zeros_like(p)
        return p.item()

    assert math.isclose(last(True), 0.8) and last(False) < 0.2


def test_half_of_an_averages_weight_lies_in_its_last_gradients():
    for beta, last in ((0.9, 7), (0.99, 69)):
        assert 1 - beta**last >= 0.4999 and 1 - beta ** (last - 1) < 0.5


def test_no_rate_is_above_lr_over_eps():
    p = leaf(0.0)
    opt = key.Adam([p], lr=0.1, eps=0.5)
    p.grad = torch.tensor([1e-6], dtype=torch.float64)
    opt.step()
    assert 0.99 < -p.item() / (1e-6 * 0.1 / 0.5) <= 1


def test_a_parameter_that_is_used_twice_gets_the_sum_of_two_gradients():
    p = leaf(3.0)
    (2 * p + 5 * p).sum().backward()
    assert p.grad.item() == 7


def test_undampened_sums_are_larger_by_1_over_1_minus_beta():
    a, d, g = 0.0, 0.0, 2.0
    for t in range(1, 400):
        a, d = 0.9 * a + g, 0.9 * d + 0.1 * g
        assert math.isclose(d, (1 - 0.9**t) * g) and math.isclose(a, d / 0.1)
    assert math.isclose(a, g / (1 - 0.9))
