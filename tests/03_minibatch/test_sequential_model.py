"""SequentialModel: calls its layers in order, and torch finds them in it.

A weaker suite lets pass: layers in a plain list (right until somebody asks for the parameters), names by class (right
without two layers of one class), a walk over children() (right until a layer is used twice), a container that is
consumed at its first use.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

from .support.sequential_model import (
    as_python,
    check_calls,
    layers_and_order,
    linear,
    networks,
    reach,
    torch_model,
)

X = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
AFFINE = [["affine", 2.0, 1.0], ["affine", -1.0, 3.0], ["affine", 1.0, 0.5]]
INPUTS = tensors((1, 2), dtype=torch.float64, magnitude=10.0)


@points(
    2,
    function="SequentialModel",
    handout="calls them in order",
    hint="The output of one layer is the input of the next.",
)
@given(model=layers_and_order(), x=INPUTS)
@example(model=(AFFINE, [0]), x=X)
@example(model=(AFFINE, [0, 1, 2]), x=X)
@example(model=(AFFINE, [2, 0, 1]), x=X)
def test_order_of_calls(student, model, x):
    """Each layer is called once, with the output of the one before it, in the order given"""
    layers, order = model
    seen = student.run("call_in_order", layers, [order], x, as_python=as_python(layers, [order], x))
    check_calls(seen, layers, [order], x)


@points(
    1,
    function="SequentialModel",
    handout="a layer that is given twice is called twice",
    hint="children() knows no layer twice. What do you walk along in forward?",
)
@given(order=st.lists(st.integers(0, 2), min_size=2, max_size=6), x=INPUTS)
@example(order=[0, 0], x=X)
@example(order=[0, 1, 0, 2], x=X)
def test_a_layer_used_twice(student, order, x):
    """A layer that is given twice is called twice"""
    seen = student.run("call_in_order", AFFINE, [order], x, as_python=as_python(AFFINE, [order], x))
    check_calls(seen, AFFINE, [order], x)


@points(
    1,
    function="SequentialModel",
    handout="calls them in order",
    hint="Which of the two models do the layers belong to?",
)
def test_two_models(student):
    """Two models made before either is called have each their own layers"""
    orders = [[0, 1], [2, 0]]
    seen = student.run("call_in_order", AFFINE, orders, X, as_python=as_python(AFFINE, orders, X))
    check_calls(seen, AFFINE, orders, X, " (made together with another one)")


@points(
    2,
    function="SequentialModel",
    handout="calls them in order",
    stub="The last layer's output, with x as the first layer's input.",
    hint="Does a detach() or a no_grad() stand between the layers?",
)
@few_examples(10)
@given(layers=networks(), x=tensors((2, 2), dtype=torch.float64, magnitude=4.0), seed=st.integers(0, 9))
@example(layers=[linear(3, 2), ["relu"], linear(2, 3)], x=torch.cat([X, -X]), seed=0)
def test_output_and_gradients(student, layers, x, seed):
    """Output and gradients are those of the layers one after the other, as torch has them"""
    model = torch_model(layers)
    x_leaf = x.clone().requires_grad_()
    out = model(x_leaf)
    upstream = torch.randn(out.shape, dtype=out.dtype, generator=torch.Generator().manual_seed(seed))
    out.backward(upstream)
    made = {"tanh": "torch.nn.Tanh()", "relu": "torch.nn.ReLU()"}
    code = ["layers = []"]
    for kind, *options in layers:
        if kind == "linear":
            (n_out, n_in), biased = options[0].shape, options[1] is not None
            code.append(f"layers += [torch.nn.Linear({n_in}, {n_out}, bias={biased}).double()]")
            code.append(f"layers[-1].weight.data.copy_({literal(options[0])})")
            code += [f"layers[-1].bias.data.copy_({literal(options[1])})"] if biased else []
        else:
            code.append(f"layers += [{made[kind]}]")
    code.append(f"x = {literal(x)}.requires_grad_(); model = SequentialModel(layers)")
    code.append(f"model(x).backward({literal(upstream)}); x.grad, [p.grad for p in model.parameters()]")
    got = student.run("backpropagate", layers, x, upstream, as_python="\n".join(code))
    size = 1 + max(
        float(t.detach().abs().max()) for t in (out, x_leaf.grad, *(p.grad for p in model.parameters()))
    )
    of = f"a model of {', '.join(kind for kind, *_ in layers)}"
    assert_close(got["out"], out, what=f"the output of {of}", atol=1e-10 * size)
    expected = [("the input", got["x"], x_leaf.grad)]
    for k, (gradient, p) in enumerate(zip(got["parameters"], model.parameters(), strict=True)):
        expected.append((f"the layers' parameter {k}, of shape {tuple(p.shape)}", gradient, p.grad))
    for name, gradient, right in expected:
        require(gradient is not None, f"{of}: no gradient reached {name}")
        assert_close(gradient, right, what=f"{of}: the gradient of {name}", atol=1e-10 * size)


KINDS = {"linear": ["weight", "bias"], "relu": [], "batchnorm": ["weight", "bias"]}
BUFFERS = {"batchnorm": ["running_mean", "running_var", "num_batches_tracked"]}
pools = st.lists(st.sampled_from(["linear", "relu", "batchnorm"]), min_size=1, max_size=4)


@points(
    2,
    function="SequentialModel",
    handout="an nn.Module that registers its layers in order",
    hint="nn.Module looks for layers among its attributes, but not in a list.",
)
@given(kinds=pools)
@example(kinds=["linear"])
@example(kinds=["linear", "relu", "linear"])
def test_parameters(student, kinds):
    """parameters() of the model gives those of its layers, in the order of the layers"""
    report, of = reach(student, kinds, list(range(len(kinds))))
    owed = [f"layer {k}'s {name}" for k, kind in enumerate(kinds) for name in KINDS[kind]]
    require(report["parameters"] == owed, f"{of}, parameters() gave {report['parameters']}, expected {owed}")


@points(
    2,
    function="SequentialModel",
    handout="an nn.Module that registers its layers in order",
    hint="A layer that nn.Module knows gets state_dict, to, train and eval for free.",
)
@given(kinds=pools)
@few_examples(10)
@example(kinds=["linear", "relu", "linear"])
@example(kinds=["batchnorm", "linear"])
def test_what_modules_can_do(student, kinds):
    """state_dict(), to(), train() and eval() of the model reach every layer"""
    n = len(kinds)
    report, of = reach(student, kinds, list(range(n)))
    owed = [
        f"layer {k}'s {name}" for k in range(n) for name in (*KINDS[kinds[k]], *BUFFERS.get(kinds[k], ()))
    ]
    require(report["state"] == owed, f"{of}, state_dict() has {report['state']}, expected {owed}")
    for mode in ("eval", "train"):
        text = f"{of}, model.{mode}() set the mode of the layers {report[mode]}, expected all of 0 to {n - 1}"
        require(report[mode] == list(range(n)), text)
    for name, dtype in report["double"]:
        require(dtype == torch.float64, f"{of}, after model.to(torch.float64) the dtype of {name} is {dtype}")


@points(
    1,
    function="SequentialModel",
    handout="the layers may come in any iterable",
    band="robust",
    hint="How often can you walk through a generator? And how often do you?",
)
@given(
    given=st.sampled_from(["tuple", "generator", "ModuleList"]),
    order=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
)
@few_examples(8)
@example(given="tuple", order=[0, 1])
@example(given="generator", order=[0, 1])
@example(given="ModuleList", order=[0, 1])
def test_any_iterable(student, given, order):
    """The layers may come in a tuple, a ModuleList or a generator, too"""
    code = as_python(AFFINE, [order], X, given=given)
    seen = student.run("call_in_order", AFFINE, [order], X, given=given, as_python=code)
    check_calls(seen, AFFINE, [order], X, f", given as a {given}")


@points(
    1,
    function="SequentialModel",
    handout="Later changes to the list that SequentialModel … was given change nothing",
    band="robust",
    hint="Whose list is it?",
)
def test_the_callers_layers(student):
    """What the caller does to the list later doesn't change the model"""
    for does in ("clear", "extend"):
        change = {"clear": "given.clear()", "extend": "given.append(Affine(1.0, 1000.0))"}[does]
        code = as_python(AFFINE, [], X) + "\ngiven = layers[:2]; model = SequentialModel(given)\n"
        code += f"{change}\nprint(model({literal(X)}))"
        seen = student.run("call_in_order", AFFINE, [[0, 1]], X, afterwards=does, as_python=code)
        check_calls(seen, AFFINE, [[0, 1]], X, f" whose list was changed afterwards (list.{does})")
