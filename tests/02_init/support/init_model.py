"""Cases, strategies and checks of test_init_model.py."""

import math

import torch
from hypothesis import strategies as st

from grader.suite import assert_dtype, require

LAYERS = {"Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"}


def linear(n_in: int, n_out: int, kind: str = "Linear", **options) -> list:
    return [kind, {"in_features": n_in, "out_features": n_out, **options}]


def conv(kind: str, n_in: int, n_out: int, kernel, **options) -> list:
    return [kind, {"in_channels": n_in, "out_channels": n_out, "kernel_size": kernel, **options}]


def holds(kind: str, *layers: list) -> list:
    return [kind, {}, [[f"part{i}", layer] for i, layer in enumerate(layers)]]


def bound_of(weight: torch.Tensor, a: float) -> float:
    return math.sqrt(6 / (1 + a * a) / math.prod(weight.shape[1:]))


def check(report: dict, a: float = 0.0) -> None:
    """Everything that holds without chance: bounds, zeros, what is untouched, and who is still who."""
    require(not report["gone"], f"these are gone from the model: {report['gone']}")
    require(not report["new"], f"these are new in the model: {report['new']}")
    require(report["modes"], "a layer was switched between train and eval mode")
    for path, kind, name, before, after, same, grad_stayed, no_history in report["tensors"]:
        what = f"{name} of the {kind} at {path or 'the top'}"
        if kind.removeprefix("My") not in LAYERS:
            require(torch.equal(before, after), f"{what} was changed, and that is no conv or linear layer")
        elif name == "bias":
            worst = float(after.abs().max())
            require(worst == 0, f"{what} has an entry of magnitude {worst:g}, expected zeros")
        else:
            largest, bound = float(after.double().abs().max()), bound_of(after, a)
            eps = max(torch.finfo(after.dtype).eps, torch.finfo(torch.float32).eps)
            require(not torch.equal(before, after), f"{what} was not initialised")
            require(
                largest <= bound * (1 + 8 * eps),
                f"{what} has an entry of magnitude {largest:.5g}, expected up to {bound:.5g} for {tuple(after.shape)}",
            )
            require(largest > 0, f"{what} is all zeros")
        assert_dtype(after, before.dtype, what=what)
        require(same, f"{what} is another object now: whoever held the old one has lost it")
        require(grad_stayed, f"requires_grad of {what} was changed")
        require(no_history, f"{what} has an autograd history")


side = st.integers(1, 4)


@st.composite
def layers(draw: st.DrawFn, kinds=("Linear", "Conv2d"), biases=(True,), groups=(1,)) -> list:
    kind, bias = draw(st.sampled_from(kinds)), draw(st.sampled_from(biases))
    if kind == "Linear":
        return linear(draw(side), draw(side), bias=bias)
    g = draw(st.sampled_from(groups))
    kernel = draw(st.lists(st.integers(1, 3), min_size=int(kind[-2]), max_size=int(kind[-2])))
    return conv(kind, g * draw(side), g * draw(side), kernel, bias=bias, groups=g)


def weights(report: dict) -> list[torch.Tensor]:
    return [t[4] for t in report["tensors"] if t[1] in LAYERS and t[2] == "weight"]
