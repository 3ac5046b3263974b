"""Long runs of many parameters, everything at once, compared with the answer key's."""

from pathlib import Path

import pytest
import torch

from grader.course import load_module
from grader.suite import deepens

T = load_module(Path(__file__).with_name("test_trajectories.py"))
SHAPES = [(2, 3), (2, 3), (3,), (), (4, 1, 2), (0,), (2, 2)]
STEPS = 16
HYPERS = {
    "SGD": {},
    "Momentum": {"mom": 0.8},
    "RMSProp": {"sqr_mom": 0.95, "eps": 1e-4},
    "Adam": {"mom": 0.85, "sqr_mom": 0.95, "eps": 1e-4},
    "AdamW": {"mom": 0.85, "sqr_mom": 0.95, "eps": 1e-4, "wd": 0.05},
    "RAdam": {"mom": 0.85, "sqr_mom": 0.95, "eps": 1e-4},
}
CALLBACKS = {
    "l2_reg": (["l2_reg", "sgd_cb"], {"wd": 0.3}),
    "Momentum": (
        ["weight_decay", "l2_reg", "dampened average_grad", "momentum_step"],
        {"mom": 0.8, "wd": 0.3},
    ),
    "Adam": (
        ["step_stat", "l2_reg", "average_sqr_grad", "dampened average_grad", "adam_step"],
        {**HYPERS["Adam"], "wd": 0.3},
    ),
}


def everything(optimizer, hypers, seed):
    """Seven parameters of which two have one shape, two one number of entries, one is frozen, one has no entry, one
    tiny gradients, one all zeros at first; gradients come and go; every hyper-parameter of each group changes twice."""
    g = torch.Generator().manual_seed(seed)
    hypers = {"lr": 0.05, **hypers}

    def random(shape):
        return torch.randn(shape, generator=g, dtype=torch.float64)

    def gradient(i, k):
        if i == 2 or (k + i) % 7 == 3 or (i == 1 and k < 4):
            return None
        return random(SHAPES[i]) * {3: 1e-6, 6: 0.0 if k < 3 else 100.0}.get(i, 1.0)

    writes = {
        4: [[0, n, v * 0.5] for n, v in hypers.items()],
        7: [[1, n, v * 0.9] for n, v in hypers.items()],
        11: [[0, n, v] for n, v in hypers.items()] + [[2, "lr", 0.0]],
        13: [[2, "lr", 0.2]],
    }
    return {
        "optimizer": optimizer,
        "hypers": hypers,
        "start": [random(shape) for shape in SHAPES],
        "frozen": [2],
        "groups": [[0, 4], [3, 1], [5, 2, 6]],
        "steps": [
            {"grads": [gradient(i, k) for i in range(len(SHAPES))], "writes": writes.get(k, [])}
            for k in range(STEPS)
        ],
    }


def check(student, reference, optimizer, hypers):
    drawn = everything(optimizer, hypers, seed=len(optimizer))
    T.check(student, drawn, reference.run("trajectory", drawn)["values"])


@deepens("test_sgd")
def test_long_sgd(student, reference):
    """SGD over 16 steps of seven parameters in three groups"""
    check(student, reference, "SGD", HYPERS["SGD"])


@deepens("test_momentum")
def test_long_momentum(student, reference):
    """Momentum over 16 steps of seven parameters in three groups"""
    check(student, reference, "Momentum", HYPERS["Momentum"])


@deepens("test_rms_prop")
def test_long_rms_prop(student, reference):
    """RMSProp over 16 steps of seven parameters in three groups"""
    check(student, reference, "RMSProp", HYPERS["RMSProp"])


@deepens("test_adam")
def test_long_adam(student, reference):
    """Adam over 16 steps of seven parameters in three groups"""
    check(student, reference, "Adam", HYPERS["Adam"])


@deepens("test_adamw")
def test_long_adamw(student, reference):
    """AdamW over 16 steps of seven parameters in three groups"""
    check(student, reference, "AdamW", HYPERS["AdamW"])


@deepens("test_radam")
def test_long_radam(student, reference):
    """RAdam over 16 steps of seven parameters in three groups, with an eps that counts"""
    check(student, reference, "RAdam", HYPERS["RAdam"])


@deepens("test_decay_under_gradient_descent")
def test_long_l2(student, reference):
    """l2_reg before sgd_cb over 16 steps of seven parameters in three groups"""
    check(student, reference, *CALLBACKS["l2_reg"])


@deepens("test_l2_under_momentum")
def test_both_decays_under_momentum(student, reference):
    """Both forms of decay before dampened momentum"""
    check(student, reference, *CALLBACKS["Momentum"])


@deepens("test_l2_under_adam")
def test_adam_in_another_order(student, reference):
    """Adam's callbacks after l2_reg, in another order that makes no difference"""
    check(student, reference, *CALLBACKS["Adam"])


@deepens("test_resume")
@pytest.mark.parametrize("order", ["load first", "old first", "by turns", "twice"])
def test_resume_of_many(student, order):
    """Seven parameters in three groups, saved early and late"""
    R = load_module(Path(__file__).with_name("test_resume.py"))
    for at in (0, 6):
        drawn = everything(["pull"], {"mom": 0.8}, at)
        R.check(student, drawn, at, {"lr": 0.5, "mom": 0.5}, order)
