"""Claims of the handout and the stub of unit 10 about training, checked on the key and on the tests."""

from __future__ import annotations

import math
import tomllib
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from support import ROOT
from torch import nn

from grader.course import Course, load_module
from grader.course.loading import HelperModules
from grader.suite.statistics.sequential import SPRT

UNIT = Course(ROOT).units["10_training"]
KEYS = HelperModules(UNIT.reference.parent, *UNIT.reference_dependencies)
T = load_module(UNIT.reference, helpers=KEYS)
probes = load_module(UNIT.tests / "probes.py")


def data(n: int = 64, budget: int = 384, classes: int = 2) -> Any:
    y = torch.arange(n) % classes
    log: list[dict[str, float]] = []
    noise = torch.rand(n, 1, 8, 8, generator=torch.Generator().manual_seed(n)) * 0.5
    x = noise + y.view(-1, 1, 1, 1) / classes / 2
    return SimpleNamespace(
        x_train=x,
        y_train=y,
        x_valid=x[:9].clone(),
        classes=classes,
        budget=budget,
        logged=log,
        log=lambda **numbers: log.append(numbers),
    )


def test_five_passes_or_four_failures_at_the_start_decide_and_no_fewer() -> None:
    test = SPRT()
    assert test.decide([True] * 5) and not test.decide([False] * 4)
    for few in ([True] * 4, [False] * 3):
        with pytest.raises(ValueError):
            test.decide(few)
    assert test.decide([False] + [True] * 8) and test.most == 40
    assert test.false_fail_rate < 2e-7  # for runs that pass 99 times of 100: once in six million


def test_what_the_budget_counts() -> None:
    images = torch.rand(10, 4)
    one = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    weight = nn.Parameter(torch.rand(3, 4))
    branches = nn.ModuleList([nn.Linear(4, 2), nn.Linear(4, 2)])

    def items(call: Any) -> int:
        with probes._Counter() as counter:
            call()
        return int(counter.items)

    assert items(lambda: one(images)) == 10
    assert items(lambda: one.eval()(images)) == 10
    assert items(lambda: sum(branch(images) for branch in branches)) == 20
    assert items(lambda: nn.functional.linear(input=images, weight=weight)) == 10
    with torch.no_grad():
        assert items(lambda: one(images)) == 0


def test_the_pooling_of_the_key_is_a_mean() -> None:
    x = torch.randn(2, 3, 4, 4, requires_grad=True)
    assert type(nn.AdaptiveAvgPool2d(1)(x).grad_fn).__name__ == "MeanBackward1"


def test_the_same_seed_repeats_bit_for_bit_on_a_cpu() -> None:
    one, two = (T.train_mlp(data(), 3, "cpu") for _ in range(2))
    assert all(torch.equal(p, q) for p, q in zip(one.parameters(), two.parameters(), strict=True))


@pytest.mark.parametrize("scale", [8.0, 2.0**127])
def test_each_training_batch_is_logged_also_one_whose_step_is_left_out(scale: float) -> None:
    d = data()
    dls = T.split(d, 16)
    cbs = [T.Log(d.log), T.MixedPrecision(torch.float16, scale=scale)]
    learn = T.Learner(dls, T.mlp(d), T.cross_entropy, T.Momentum, 0.1, cbs=cbs)
    learn.fit(1)
    assert len(d.logged) == len(dls.train)
    assert all(entry["loss"] < 10 for entry in d.logged), "the loss is that of the batch, not the scaled one"


def test_resnet34_has_34_layers_and_these_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(T, "init_model_", lambda model: None)  # without numbers to draw it is made at once
    with torch.device("meta"):
        model = T.resnet34(SimpleNamespace(x_train=torch.zeros(1, 3, 8, 8), classes=10))
    in_blocks = [m for name, m in model.named_modules() if isinstance(m, nn.Conv2d) and ".round" not in name]
    linear = [m for m in model.modules() if isinstance(m, nn.Linear)]
    assert len(in_blocks) + len(linear) == 34
    assert sum(p.numel() for p in model.parameters()) == 21_289_802


def test_labels_that_have_come_apart_keep_the_loss_near_that_of_a_guess() -> None:
    d = data(500, 4 * 500, 10)
    d.y_train = d.y_train[torch.randperm(500, generator=torch.Generator().manual_seed(0))]
    T.train_mlp(d, 0, "cpu")
    last = [entry["loss"] for entry in d.logged[-20:]]
    assert sum(last) / 20 > 0.85 * math.log(10)


def test_one_cycle_over_20_batches_ends_below_03_of_its_beginning() -> None:
    d = data(117, 0)
    dls = SimpleNamespace(train=[(d.x_train[:9], d.y_train[:9])] * 20, valid=[])
    learn = T.Learner(dls, T.mlp(d), T.cross_entropy, T.Momentum, 0.1, cbs=[T.Log(d.log)])
    T.fit_one_cycle(learn, 1, 0.1)
    lr = [entry["lr"] for entry in d.logged]
    assert 0.26 < lr[-1] / lr[0] < 0.3 and lr[0] / max(lr) < 0.05


def test_the_thresholds_that_the_handout_names() -> None:
    goals = tomllib.loads((UNIT.tests / "thresholds.toml").read_text())["digits"]["cpu"]
    mlp, convnet, sgd, momentum, rms, adam = (goal["accuracy"] for goal in goals.values())
    handout = UNIT.handout.read_text(encoding="utf-8")
    assert f"The thresholds are {mlp} for `train_mlp`, {convnet} for `train_convnet`" in handout
    assert sgd == rms == adam and f"for the four {sgd} (Momentum {momentum})" in handout
    assert [goal["epochs"] for goal in goals.values()] == [8, 8, 32, 32, 32, 32]
