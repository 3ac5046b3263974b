"""ParamScheduler and fit_one_cycle."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Optimizer, Trace

from .common import BEFORE_BACKWARD, Batches, learner, number, plain
from .standin import StandIn, fire_events, set_mode

SCHEDULES: dict[str, Callable[[float], float]] = {
    "pct": lambda pct: pct,
    "2 - pct": lambda pct: 2 - pct,
    "0": lambda pct: 0.0,
    "pct squared": lambda pct: pct * pct,
}


def schedule(
    module: ModuleType, scheds: dict[str, str], batches: list[list[Any]], opt: str, groups: int
) -> Any:
    """Drive a ParamScheduler: for each batch [training?, pct_train], the groups as they are when the step is due.

    opt: where the optimizer has its groups: "hypers", "param_groups" or "both"; these are the keys of what comes back.
    Each group begins as {"lr": 77.0, "mom": 88.0, "other": 99.0}.
    """
    kinds = ["hypers", "param_groups"] if opt == "both" else [opt]
    new: dict[str, Any] = {
        k: [{"lr": 77.0, "mom": 88.0, "other": 99.0} for _ in range(groups)] for k in kinds
    }
    callback = lookup(module, "ParamScheduler")({name: SCHEDULES[sched] for name, sched in scheds.items()})
    callback.learn = learn = StandIn(
        (len(batches),) * 2, counts=False, model=Model(Trace()), opt=SimpleNamespace(**new)
    )
    report: list[Any] = []
    mode = None
    fire_events(callback, "before_fit", "before_epoch")
    for learn.iter, (training, learn.pct_train) in enumerate(batches):
        if training != mode:
            fire_events(callback, set_mode(learn, training))
            mode = training
        fire_events(callback, *BEFORE_BACKWARD, *(["after_backward"] if training else []))
        report.append({k: [{n: number(v) for n, v in g.items()} for g in new[k]] for k in kinds})
        fire_events(callback, *(["after_step"] if training else []), "after_batch")
    return report


class _Hypers(Optimizer):
    """A stand-in optimizer with hypers, as in unit 08, or with param_groups, that notes them at each step."""

    def __init__(self, trace: Trace, model: Any, lr: float, kind: str) -> None:
        super().__init__(trace, model, lr)
        groups = [{"lr": lr, "mom": 0.5}, {"lr": lr, "mom": 0.5}]
        self.groups = groups
        if kind == "hypers":
            self.hypers = groups
            del self.param_groups
        else:
            self.param_groups = groups

    def step(self) -> None:
        self._trace.note("groups", lr=[g["lr"] for g in self.groups], mom=[g["mom"] for g in self.groups])

    def zero_grad(self) -> None:
        self._weight.grad = None


def one_cycle(
    module: ModuleType, runs: list[dict[str, Any]], batches: int, kind: str
) -> list[dict[str, list[Any]]]:
    """lr and mom of the two groups, [first, second], at each step of fit_one_cycle: runs of one learner, one by one.

    runs: keyword arguments {"n_epoch", "lr_max", "moms"}, the last one optional; kind: "hypers" or "param_groups"
    """
    trace = Trace()
    model = Model(Trace())
    learn = learner(
        module,
        Trace(),
        [1],
        [1],
        model=model,
        opt_func=lambda params, lr: _Hypers(trace, model, lr, kind),
        loss_func=lambda pred, y: pred.mean(),
    )
    one = (torch.ones(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64))
    learn.dls.train = Batches([one] * batches)
    report = []
    for run in runs:
        trace.entries = []
        lookup(module, "fit_one_cycle")(learn, **run)
        steps = [details for what, details in trace.entries if what == "groups"]
        report.append({name: [plain(s[name]) for s in steps] for name in ("lr", "mom")})
    return report
