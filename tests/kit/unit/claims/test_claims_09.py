"""Claims of the handout and the stub of unit 09 about callbacks, checked on the answer key."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from support import ROOT
from torch import nn

from grader.course import load_module

K = load_module(ROOT / "reference" / "09_callbacks" / "callbacks.py")
mse = nn.functional.mse_loss
half = torch.float16


def batches(train: int = 2, valid: int = 1, items: int = 4) -> Any:
    g = torch.Generator().manual_seed(0)

    def one() -> Any:
        return torch.randn(items, 3, generator=g), torch.randn(items, 1, generator=g)

    return SimpleNamespace(train=[one() for _ in range(train)], valid=[one() for _ in range(valid)])


class SGD:
    """Plain SGD that keeps each step's gradients. (torch's imports a compiler at its first step: seconds.)"""

    def __init__(self, params: Any, lr: float) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": list(params), "lr": lr}]
        self.steps: list[torch.Tensor] = []

    @torch.no_grad()
    def step(self) -> None:
        params = [p for p in self.param_groups[0]["params"] if p.grad is not None]
        self.steps.append(torch.cat([p.grad.flatten() for p in params]).clone())
        for p in params:
            p -= self.param_groups[0]["lr"] * p.grad

    def zero_grad(self) -> None:
        for p in self.param_groups[0]["params"]:
            p.grad = None


def fitted(
    cbs: list[Any], dls: Any = None, loss_func: Any = mse, epochs: int = 1, model: Any = None
) -> tuple[list[torch.Tensor], Any]:
    """(the gradients of each step, joined; the learner)"""
    torch.manual_seed(0)
    learn = K.Learner(dls or batches(), model or nn.Linear(3, 1), loss_func, SGD, 0.1, cbs)
    learn.fit(epochs)
    return learn.opt.steps if learn.opt else [], learn


class Penalty(K.Callback):  # type: ignore[misc, name-defined]
    def after_loss(self) -> None:
        if self.training:
            self.learn.loss = self.loss + 10 * sum(p.pow(2).sum() for p in self.model.parameters())


class PenaltyBeforeScaling(Penalty):
    run_before = K.MixedPrecision


def test_which_gradients_float16_loses() -> None:
    tiny = torch.tensor([2.0**-24, 4e-8, 2.0**-25, 2.9e-8]).half()
    assert tiny.tolist() == [2.0**-24, 2.0**-24, 0.0, 0.0]  # 6e-8 is the smallest, and below half of it is 0
    assert torch.finfo(half).tiny == pytest.approx(6.1e-5, rel=1e-2)  # digits are lost below it


def test_what_autocast_runs_in_16_bits() -> None:
    a = torch.ones(2, 2)
    with torch.autocast("cpu", torch.bfloat16):
        assert (a @ a).dtype == torch.bfloat16 and (a * a).dtype == torch.float32


CALLBACKS = {
    "accumulation": lambda: K.GradientAccumulation(2),
    "half": lambda: K.MixedPrecision(half, scale=8.0),
    "clip": lambda: K.GradientClip(0.5),
    "penalty": lambda: PenaltyBeforeScaling(),
    "terminate": lambda: K.TerminateOnNaN(),
}


def both(gradients: list[torch.Tensor], learn: Any) -> list[float]:
    return [*torch.cat(gradients).tolist(), *learn.recorder.values[0], learn.smooth_loss]


@pytest.mark.parametrize("names", [*itertools.combinations(CALLBACKS, 3), tuple(CALLBACKS)], ids="-".join)
def test_the_order_in_the_list_of_callbacks_does_not_matter(names: tuple[str, ...]) -> None:
    """The same steps, and the same losses in the recorder, however they are listed."""
    orders = list(itertools.permutations(names))[:: 1 if len(names) < 4 else 17]
    expected, *others = [both(*fitted([CALLBACKS[name]() for name in order])) for order in orders]
    for got in others:
        assert got == pytest.approx(expected, rel=1e-6)
    plain = [CALLBACKS[name]() for name in names if name != "half"]
    assert expected == pytest.approx(both(*fitted(plain)), rel=2e-2, abs=2e-3)


def test_the_order_of_all_callbacks_of_the_unit() -> None:
    given = [K.GradientClip(1.0), K.GradientAccumulation(2), K.MixedPrecision(), K.LRFinder()]
    given += [K.RNNRegularizer(), K.Mixup(1.0), K.ParamScheduler({}), K.TerminateOnNaN()]
    expected = [
        K.Mixup,
        K.RNNRegularizer,
        K.LRFinder,
        K.MixedPrecision,
        K.GradientAccumulation,
        K.GradientClip,
    ]
    own = [K.TrainEvalCallback(), K.Recorder()]
    for order in ([*own, *given], [*own, *reversed(given)]):
        kinds = [type(cb) for cb in K.sort_callbacks(order)]
        assert [kind for kind in kinds if kind in expected] == expected
        for first, later in (
            (K.TerminateOnNaN, K.Recorder),
            (K.ParamScheduler, K.LRFinder),
            (K.TrainEvalCallback, K.ParamScheduler),
        ):
            assert kinds.index(first) < kinds.index(later)


@pytest.mark.parametrize("place", [0, 1])
def test_a_penalty_of_your_own_needs_no_wish_for_accumulation(place: int) -> None:
    cbs = [K.GradientAccumulation(2)]
    cbs.insert(place, Penalty())
    assert torch.allclose(fitted(cbs)[0][0], fitted([Penalty(), K.GradientAccumulation(2)])[0][0], atol=1e-6)


def test_a_penalty_after_mixed_precision_is_lost_without_a_wish() -> None:
    right, wrong = (
        fitted([K.MixedPrecision(half, scale=1024.0), penalty()])[0][0]
        for penalty in (PenaltyBeforeScaling, Penalty)
    )
    assert torch.allclose(right, fitted([Penalty()])[0][0], rtol=2e-2)
    assert wrong.norm() < 0.5 * right.norm()


def test_mixup_and_accumulation_go_together_in_any_order() -> None:
    def step(cbs: list[Any]) -> torch.Tensor:
        torch.manual_seed(0)
        return fitted(cbs)[0][0]

    first = step([K.Mixup(1.0), K.GradientAccumulation(2)])
    assert torch.allclose(first, step([K.GradientAccumulation(2), K.Mixup(1.0)]), atol=1e-6)


def test_accumulation_equals_the_joined_batch_for_a_mean_loss_without_batch_norm() -> None:
    dls = batches(2)
    joined = SimpleNamespace(
        train=[tuple(torch.cat(ts) for ts in zip(*dls.train, strict=True))], valid=dls.valid
    )
    accumulated = [K.GradientAccumulation(2)]
    assert torch.allclose(fitted(accumulated, dls)[0][0], fitted([], joined)[0][0], atol=1e-6)

    def total(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return mse(pred, y, reduction="sum")

    assert not torch.allclose(fitted(accumulated, dls, total)[0][0], fitted([], joined, total)[0][0])

    def normed() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1))

    one, other = (fitted(cbs, d, model=normed())[0][0] for cbs, d in ((accumulated, dls), ([], joined)))
    assert not torch.allclose(one, other, atol=1e-3)


class CancelLast(K.Callback):  # type: ignore[misc, name-defined]
    def before_batch(self) -> None:
        if self.iter == self.n_iter - 1:
            raise K.CancelBatchException


def test_leftover_batches_are_dropped_if_the_last_batch_is_cancelled() -> None:
    assert len(fitted([K.GradientAccumulation(3)], batches(2))[0]) == 1
    assert len(fitted([K.GradientAccumulation(3), CancelLast()], batches(2), epochs=2)[0]) == 0


def sweep(losses: list[float]) -> list[float]:
    it = iter(losses)
    finder = K.LRFinder(1e-3, 1.0, len(losses))
    fitted([finder], batches(len(losses)), lambda p, y: p.sum() * 0 + next(it))
    return list(finder.losses)


@pytest.mark.parametrize(
    ("losses", "n"),
    [
        ([math.nan, 1.0, 1.0], 1),
        ([math.inf, 1.0, 1.0], 1),
        ([-math.inf, 1.0, 1.0], 1),
        ([1.0, 4.0, 4.1, 1.0], 3),
        ([-1.0, 1.9, 2.1, 0.0], 3),
        ([1.0, -0.1, 0.15, 0.25], 4),
        ([0.0, 0.0, 0.1], 3),
    ],
)
def test_where_a_sweep_of_rates_ends(losses: list[float], n: int) -> None:
    assert len(sweep(losses)) == n


def test_the_suggestion_is_a_rate_of_its_own_loss() -> None:
    it = iter([10.0, 9.5, 5.0, 4.5, math.nan])
    torch.manual_seed(0)
    learn = K.Learner(batches(5), nn.Linear(3, 1), lambda p, y: p.sum() * 0 + next(it), SGD, 0.1)
    lrs, losses, suggestion = K.lr_find(learn, 1e-4, 1.0, 5)
    assert len(losses) == 5 and suggestion in lrs[1:3] and learn.opt is None


class CancelAtOnce(K.Callback):  # type: ignore[misc, name-defined]
    run_before = (K.TrainEvalCallback, K.Recorder)
    on = True

    def before_fit(self) -> None:
        if self.on:
            raise K.CancelFitException


def test_a_fit_that_is_cancelled_at_once_leaves_everything_alone() -> None:
    model: Any = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    model[0].bias.requires_grad_(False)
    cancel = CancelAtOnce()
    cbs = [
        cancel,
        K.LRFinder(num_it=2),
        K.SwitchCallback(list(model)),
        K.MixedPrecision(),
        K.GradientAccumulation(2),
    ]
    _, learn = fitted(cbs, model=model)
    assert learn.recorder.values == [] and not model[0].bias.requires_grad
    cancel.on = False
    learn.fit(1)
    with torch.no_grad():
        model[0].weight.fill_(7.0)
        model[0].bias.requires_grad_(True)
    cancel.on = True
    learn.fit(1)
    assert bool((model[0].weight == 7.0).all()) and model[0].bias.requires_grad


@pytest.mark.parametrize("exception", ["Batch", "Train", "Epoch", "Fit"])
@pytest.mark.parametrize("event", ["after_pred", "after_loss", "after_backward"])
def test_mixed_precision_leaves_no_trace_in_a_cancelled_batch(event: str, exception: str) -> None:
    def cancel(self: Any) -> None:
        if self.training:
            raise getattr(K, f"Cancel{exception}Exception")

    body = {event: cancel, "run_after": K.MixedPrecision, "run_before": K.GradientClip}
    other = type("Other", (K.Callback,), body)
    model: Any = nn.Linear(3, 1)
    model.forward = forward = model.forward
    _, learn = fitted([other(), K.MixedPrecision(half, scale=2.0**12)], model=model)
    assert not torch.is_autocast_enabled("cpu") and model.forward is forward
    assert learn.loss is None or float(learn.loss.detach()) < 2.0**8


def test_autocast_is_off_after_a_mistake_too() -> None:
    with pytest.raises(RuntimeError):
        fitted([K.MixedPrecision()], loss_func=lambda p, y: p @ y)
    assert not torch.is_autocast_enabled("cpu")


def test_other_exceptions_bring_no_after_fit() -> None:
    heard: list[str] = []

    class Boom(K.Callback):  # type: ignore[misc, name-defined]
        def after_pred(self) -> None:
            raise RuntimeError

        def after_fit(self) -> None:
            heard.append("after_fit")

    with pytest.raises(RuntimeError):
        fitted([Boom()])
    assert heard == []


def test_terminate_on_nan_leaves_the_weights_as_the_bad_step_made_them() -> None:
    dls = batches(3)
    dls.train[1] = (dls.train[1][0] * math.nan, dls.train[1][1])
    _, learn = fitted([K.TerminateOnNaN()], dls)
    assert learn.model.weight.isnan().all() and math.isfinite(learn.smooth_loss)


def test_the_key_makes_the_optimizer_at_the_first_fit_and_keeps_it() -> None:
    _, learn = fitted([])
    opt = learn.opt
    learn.fit(1)
    assert learn.opt is opt
    assert K.Learner(batches(), nn.Linear(3, 1), mse, SGD, 0.1).opt is None


def test_a_plain_fit_after_one_cycle_goes_on_at_the_last_tiny_lr() -> None:
    _, learn = fitted([], batches(100))
    K.fit_one_cycle(learn, 1, 0.1)
    last = learn.opt.param_groups[0]["lr"]
    learn.fit(1)
    assert learn.opt.param_groups[0]["lr"] == last < 1e-3 * 0.1


@pytest.mark.parametrize(("n", "share"), [(20, 1.1e-2), (100, 4.5e-4), (1000, 1.5e-5)])
def test_the_last_lr_of_one_cycle_depends_on_how_many_batches_there_are(n: int, share: float) -> None:
    opt = SimpleNamespace(param_groups=[{}], step=lambda: None, zero_grad=lambda: None)
    dls = batches(1, valid=0, items=1)
    dls.train *= n
    learn = K.Learner(dls, nn.Linear(3, 1), lambda p, y: p.sum(), lambda params, lr: opt, 0.1)
    K.fit_one_cycle(learn, 1, 1.0)
    assert 0.9 * share < opt.param_groups[0]["lr"] < share


def test_sorting_takes_the_first_that_may_go_and_a_class_stands_for_derived_ones() -> None:
    B, C = (type(n, (K.Callback,), {}) for n in "BC")
    A = type("A", (K.Callback,), {"run_after": C})
    assert [type(cb).__name__ for cb in K.sort_callbacks([A(), B(), C()])] == ["B", "C", "A"]
    D = type("D", (C,), {})
    assert [type(cb).__name__ for cb in K.sort_callbacks([A(), D()])] == ["D", "A"]


def test_metrics_get_each_target_by_itself() -> None:
    seen: list[int] = []
    dls = batches(1)

    def two(dl: Any) -> Any:
        return [(x, (y, y)) for x, y in dl]

    def metric(*args: Any) -> float:
        seen.append(len(args))
        return 0.0

    dls = SimpleNamespace(train=two(dls.train), valid=two(dls.valid))
    K.Learner(dls, nn.Linear(3, 1), lambda p, y, z: mse(p, y), SGD, 0.1, metrics=[metric]).fit(1)
    assert seen == [3]


def test_from_when_on_a_callback_can_read_what() -> None:
    there: dict[str, dict[str, bool]] = {}
    names = ("training", "train_iter", "dl", "n_iter", "iter", "xb", "smooth_loss", "epoch", "n_epoch")

    def look(event: str) -> Any:
        def method(self: Any) -> None:
            there.setdefault(event, {name: hasattr(self, name) for name in names})

        return method

    events = ("before_fit", "before_epoch", "before_train", "before_batch", "after_batch")
    body = {event: look(event) for event in events}
    fitted([type("Look", (K.Callback,), {**body, "run_after": K.Recorder})()])
    for event, absent in (
        ("before_fit", {"training", "dl", "n_iter", "iter", "xb", "smooth_loss", "epoch"}),
        ("before_epoch", {"training", "dl", "n_iter", "iter", "xb", "smooth_loss"}),
        ("before_train", {"dl", "n_iter", "iter", "xb", "smooth_loss"}),
        ("before_batch", {"smooth_loss"}),
        ("after_batch", set()),
    ):
        assert {name for name, is_there in there[event].items() if not is_there} == absent
