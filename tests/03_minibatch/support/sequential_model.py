"""Cases, strategies and checks of test_sequential_model.py."""

from itertools import pairwise

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

small = st.sampled_from([-1.0, 0.0, 1.0, 2.0])
affine = st.lists(st.builds(lambda f, s: ["affine", f, s], small, small), min_size=1, max_size=4)


def as_python(layers: list, orders: list[list[int]], x: torch.Tensor, *, given: str = "list") -> str:
    """Code that makes the models and prints what they give."""
    lines = ["class Affine(torch.nn.Module):", "    def __init__(self, factor, summand):",
             "        super().__init__(); self.factor, self.summand = factor, summand",
             "    def forward(self, x):", "        print('called', self.factor, self.summand)",
             "        return x * self.factor + self.summand"]  # fmt: skip
    lines.append(f"layers = [{', '.join(f'Affine({f}, {s})' for _, f, s in layers)}]")
    for order in orders:
        items = f"[{', '.join(f'layers[{k}]' for k in order)}]"
        items = {"tuple": f"tuple({items})", "generator": f"iter({items})"}.get(given, items)
        items = f"torch.nn.ModuleList({items})" if given == "ModuleList" else items
        lines.append(f"model = SequentialModel({items}); print(model({literal(x)}))")
    return "\n".join(lines)


def check_calls(
    seen: list[dict], layers: list, orders: list[list[int]], x: torch.Tensor, how: str = ""
) -> None:
    for order, got in zip(orders, seen, strict=True):
        model = f"a model of the layers {order}{how}"
        text = f"{model}, when it was called, called the layers {got['called']}, expected {order}"
        require(got["called"] == order, text)
        out = x
        for k in order:
            out = out * layers[k][1] + layers[k][2]
        assert_close(got["out"], out, what=f"the output of {model}", atol=1e-9 * (1 + float(out.abs().max())))


@st.composite
def layers_and_order(draw: st.DrawFn) -> tuple[list, list[int]]:
    layers = draw(affine)
    return layers, draw(st.permutations(range(len(layers))))


@st.composite
def networks(draw: st.DrawFn) -> list:
    """Linear layers from 2 inputs on, each followed by a tanh, a relu or nothing."""
    sides = [2, *draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))]
    layers: list = []
    for n_in, n_out in pairwise(sides):
        weight = draw(tensors((n_out, n_in), dtype=torch.float64, magnitude=2.0))
        bias = draw(st.one_of(tensors((n_out,), dtype=torch.float64, magnitude=2.0), st.none()))
        layers.append(["linear", weight, bias])
        layers += draw(st.sampled_from([[], [["tanh"]], [["relu"]]]))
    return layers


def linear(n_out: int, n_in: int) -> list:
    weight = torch.arange(1.0, 1 + n_out * n_in, dtype=torch.float64).reshape(n_out, n_in) / 8
    return ["linear", weight, weight[:, 0] - 0.5]


def torch_model(layers: list) -> torch.nn.Sequential:
    kinds = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
    made = []
    for kind, *options in layers:
        if kind == "linear":
            weight, bias = options
            layer = torch.nn.Linear(*reversed(weight.shape), bias=bias is not None, dtype=weight.dtype)
            layer.load_state_dict({"weight": weight, **({} if bias is None else {"bias": bias})})
        made.append(layer if kind == "linear" else kinds[kind]())
    return torch.nn.Sequential(*made)


def reach(student, kinds: list[str], order: list[int]) -> tuple[dict, str]:
    made = {"linear": linear(2, 2), "relu": ["relu"], "batchnorm": ["batchnorm", 2]}
    text = {
        "linear": "torch.nn.Linear(2, 2)",
        "relu": "torch.nn.ReLU()",
        "batchnorm": "torch.nn.BatchNorm1d(2)",
    }
    code = f"layers = [{', '.join(text[kind] for kind in kinds)}]\n"
    code += f"model = SequentialModel([{', '.join(f'layers[{k}]' for k in order)}])\n"
    code += "list(model.parameters()), model.state_dict(), model.eval(), model.to(torch.float64)"
    report = student.run("reach", [made[kind] for kind in kinds], order, as_python=code)
    of = f"in a model of {', '.join(f'layer {k} ({kinds[k]})' for k in order)}"
    require(report["is_module"], "SequentialModel is no torch.nn.Module")
    return report, of
