"""RNNRegularizer, on tensors that are given and in a fit of a small RNN."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Trace

from .common import Batches, learner, number, watching
from .standin import StandIn, fire_events, set_mode


def regularize(
    module: ModuleType,
    out: torch.Tensor,
    raw: list[torch.Tensor],
    dropped: list[torch.Tensor],
    alpha: float | None,
    beta: float | None,
    training: bool,
) -> dict[str, Any]:
    """One batch through an RNNRegularizer, the loss being the sum of out.

    "pred": what the learner's pred is for the loss function; "loss"; "gradients": of the loss, with respect to out,
    the last of raw and the last of dropped (None where it does not depend on them).
    """
    options = {name: value for name, value in (("alpha", alpha), ("beta", beta)) if value is not None}
    callback = lookup(module, "RNNRegularizer")(**options)
    callback.learn = learn = StandIn(model=nn.Identity())
    leaves = [t.clone().requires_grad_(training) for t in (out, raw[-1], dropped[-1])]
    fire_events(callback, "before_fit", "before_epoch", set_mode(learn, training), "before_batch")
    with torch.set_grad_enabled(training):
        learn.pred = (leaves[0], [*raw[:-1], leaves[1]], [*dropped[:-1], leaves[2]])
        fire_events(callback, "after_pred")
        pred = learn.pred
        if not isinstance(pred, torch.Tensor):
            return {"pred": type(pred).__name__}
        learn.loss = pred.sum()
        fire_events(callback, "after_loss")
        loss = learn.loss
    if training:
        loss.backward()
    return {
        "pred": pred.detach().clone(),
        "loss": loss.detach().clone(),
        "gradients": [leaf.grad for leaf in leaves],
    }


class _RNN(nn.Module):
    """A recurrent layer with dropout and a head, that returns what RNNRegularizer expects, and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, 3, batch_first=True, dtype=torch.float64)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(3, 1, dtype=torch.float64)
        self.kept: list[Any] = []

    def forward(self, x: torch.Tensor) -> Any:
        raw, _ = self.rnn(x)
        dropped = self.drop(raw)
        out = self.head(dropped)
        self.kept.append([t.detach().clone() for t in (out, raw, dropped)])
        return out, [raw], [dropped]


def regularized_rnn(module: ModuleType, alpha: float, beta: float) -> list[Any]:
    """Fit a small RNN of seeded weights for two epochs of two batches, one of them of validation.

    Entries, for each batch, are {"training", "loss": the learner's when the batch is about to step or is over, "mse":
    the mean squared error of out, "raw", "dropped"}.
    """
    torch.manual_seed(0)
    model = _RNN()
    batches = [
        (torch.randn(n, 4, 2, dtype=torch.float64), torch.randn(n, 4, 1, dtype=torch.float64)) for n in (3, 2)
    ]
    seen: list[Any] = []

    def note(self: Any) -> None:
        out, raw, dropped = model.kept[-1]
        mse = ((out - self.y) ** 2).mean()
        seen.append(
            {
                "training": self.training,
                "loss": number(self.loss),
                "mse": mse,
                "raw": raw,
                "dropped": dropped,
            }
        )

    def after_batch(self: Any) -> None:
        if not self.training:
            note(self)

    regularizer = lookup(module, "RNNRegularizer")(alpha, beta)
    watch = watching(module, after_backward=note, after_batch=after_batch)
    learn = learner(
        module,
        Trace(),
        Batches(batches),
        Batches(batches[:1]),
        [watch, regularizer],
        model=model,
        loss_func=nn.functional.mse_loss,
        opt_func=torch.optim.SGD,
        lr=0.1,
    )
    learn.fit(2)
    return seen
