"""Long runs of many parameters, everything at once, compared with the answer key's."""

import pytest

from grader.suite import deepens

from .support.hidden_trajectories import check, everything

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


@deepens("test_sgd")
def test_long_sgd(student, reference):
    """SGD over 16 steps of seven parameters"""
    check(student, reference, "SGD", HYPERS["SGD"])


@deepens("test_momentum")
def test_long_momentum(student, reference):
    """Momentum over 16 steps of seven parameters"""
    check(student, reference, "Momentum", HYPERS["Momentum"])


@deepens("test_rms_prop")
def test_long_rms_prop(student, reference):
    """RMSProp over 16 steps of seven parameters"""
    check(student, reference, "RMSProp", HYPERS["RMSProp"])


@deepens("test_adam")
def test_long_adam(student, reference):
    """Adam over 16 steps of seven parameters"""
    check(student, reference, "Adam", HYPERS["Adam"])


@deepens("test_adamw")
def test_long_adamw(student, reference):
    """AdamW over 16 steps of seven parameters"""
    check(student, reference, "AdamW", HYPERS["AdamW"])


@deepens("test_radam")
def test_long_radam(student, reference):
    """RAdam over 16 steps of seven parameters, with an eps that counts"""
    check(student, reference, "RAdam", HYPERS["RAdam"])


@deepens("test_l2_under_gradient_descent")
def test_long_l2(student, reference):
    """l2_reg before sgd_cb over 16 steps of seven parameters"""
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
    from .support import resume

    for at in (0, 6):
        drawn = everything(["pull"], {"mom": 0.8}, at, framework=True)
        resume.check(student, drawn, at, {"lr": 0.5, "mom": 0.5}, order)
