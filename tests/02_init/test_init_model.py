"""init_model_: every conv and linear layer, wherever it is, and nothing else.

A weaker suite lets pass: layers found by "has a weight" (right without norms and embeddings), children but
not grandchildren (right for a flat model), new parameters put in the old ones' place (right until an
optimizer holds the old ones), biases left at torch's default (right on the average).

A model is drawn as data and built beside the submission, with numbers between 3 and 4 everywhere in it: no
weight may be that large afterwards.
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import points
from grader.suite.statistics import MatchesCDF, NoCorrelation, UniformRange

from .support.init_model import LAYERS, bound_of, check, conv, holds, layers, linear, side, weights

norms = st.sampled_from(
    [
        ["BatchNorm1d", {"num_features": 3}],
        ["BatchNorm2d", {"num_features": 2}],
        ["LayerNorm", {"normalized_shape": 3}],
        ["GroupNorm", {"num_groups": 2, "num_channels": 4}],
        ["PReLU", {}],
        ["Embedding", {"num_embeddings": 3, "embedding_dim": 2}],
        ["LSTM", {"input_size": 2, "hidden_size": 3}],
        ["Stray", {"side": 3}],
        ["ReLU", {}],
        ["Flatten", {}],
    ]
)

flat_models = st.lists(layers(), min_size=1, max_size=4).map(lambda parts: holds("Sequential", *parts))
mixed_models = st.lists(st.one_of(layers(), norms), min_size=1, max_size=5).map(
    lambda parts: holds("Sequential", *parts)
)

nested_models = st.recursive(
    st.one_of(layers(biases=(True, False)), norms),
    lambda inner: st.builds(
        lambda kind, parts: holds(kind, *parts),
        st.sampled_from(["Sequential", "ModuleList", "ModuleDict", "Holder"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)

lesson_model = holds("Sequential", conv("Conv2d", 1, 32, 5), ["ReLU", {}], ["Flatten", {}], linear(32, 10))
deep_model = holds(
    "Sequential", holds("Holder", holds("ModuleList", linear(2, 3), conv("Conv2d", 2, 3, [1, 2])))
)

# Large layers. In one test, each check has its share of a false alarm in 1e9 runs.
LARGE = holds("Sequential", conv("Conv2d", 40, 60, [5, 8]), linear(400, 240))
N = 96_000
RANGE, SHAPE = UniformRange(N, 0.0003, 1e-9 / 4), MatchesCDF(N, 0.0175, 1e-9 / 4)
TWINS = NoCorrelation(N, discrepancy=0.04)

# Layers of 12 000 weights each. Transposed weights are (inputs, outputs / groups, kernel).
WIDE = {
    "one dim and three": [conv("Conv1d", 30, 80, 5), conv("Conv3d", 10, 50, [2, 3, 4])],
    "transposed": [
        conv("ConvTranspose1d", 30, 80, 5),
        conv("ConvTranspose2d", 20, 60, [2, 5]),
        conv("ConvTranspose3d", 50, 10, [2, 3, 4]),
    ],
    "with groups": [
        conv("Conv2d", 40, 120, [2, 5], groups=4),
        conv("ConvTranspose2d", 120, 40, [2, 5], groups=4),
    ],
}

WIDE_RANGE = UniformRange(12_000, discrepancy=0.002, false_fail_rate=1e-9 / 3)


@points(
    2,
    function="init_model_",
    handout=(
        "each nn.Linear and nn.Conv2d gets weights by kaiming_uniform_ with this a, and a bias of 0.",
        "init_model_ fills parameters, never replaces them",
    ),
    hint="Which layers does the model have, and which two tensors does each of them have?",
)
@given(model=flat_models)
@example(model=lesson_model)
def test_conv_and_linear_layers(student, model):
    """Every Linear and Conv2d of a Sequential gets weights within kaiming_uniform_'s bound and a bias of 0"""
    check(student.run("init_model", model))


@points(
    2,
    function="init_model_",
    handout="each nn.Linear and nn.Conv2d gets weights by kaiming_uniform_",
    hint="Each layer's weight is a weight for kaiming_uniform_.",
)
def test_weights_are_kaiming_uniform(student):
    """The weights of Linear and Conv2d layers are uniform up to √3 · √(2 / fan_in)"""
    report = student.run("init_model", LARGE)
    check(report)
    for w, kind in zip(weights(report), ("Conv2d", "Linear"), strict=True):
        RANGE.check(w, bound_of(w, 0), what=f"the weight of the {kind}")
        SHAPE.check(w, "uniform", bound_of(w, 0), what=f"the weight of the {kind}")


@points(
    1,
    function="init_model_",
    handout=(
        "each nn.Linear and nn.Conv2d gets weights by kaiming_uniform_",
        "The kaiming functions draw each entry independently",
    ),
    hint="A draw for each layer.",
    beside="test_conv_and_linear_layers",
)
def test_twins_differ(student):
    """Two layers of the same shape get weights of their own"""
    model = holds("Sequential", linear(400, 240), linear(400, 240))
    one, two = weights(student.run("init_model", model))
    TWINS.check(one, two, what="the weights of two equal layers")


@points(
    1,
    function="init_model_",
    handout="init_model_ … leaves everything else as it was: other layers, buffers",
    hint="Which layers have a weight but are neither conv nor linear?",
)
@given(model=mixed_models)
@example(model=holds("Sequential", conv("Conv2d", 1, 2, 3), ["BatchNorm2d", {"num_features": 2}]))
@example(model=holds("Sequential", linear(2, 3), ["LayerNorm", {"normalized_shape": 3}]))
@example(model=holds("Sequential", ["Embedding", {"num_embeddings": 3, "embedding_dim": 2}], linear(2, 3)))
@example(
    model=holds(
        "Sequential", linear(2, 3), ["LSTM", {"input_size": 2, "hidden_size": 3}], ["Stray", {"side": 3}]
    )
)
def test_nothing_else_changes(student, model):
    """Norms, embeddings, recurrent layers, free parameters and buffers stay as they are"""
    check(student.run("init_model", model))


@points(
    1,
    function="init_model_",
    handout="gets weights by kaiming_uniform_ with this a",
    hint="init_model_ has an `a` of its own to hand on.",
)
def test_slope_is_handed_on(student):
    """init_model_(model, a) initialises for a leaky ReLU of slope a"""
    for a in (0.3, math.sqrt(5)):
        report = student.run("init_model", LARGE, a)
        check(report, a)
        for w in weights(report):
            RANGE.check(w, bound_of(w, a), what=f"the weight of shape {tuple(w.shape)} for a={a:.3g}")


@points(
    2,
    function="init_model_",
    handout="modules at any depth, the model itself too.",
    band="robust",
    hint="A layer's children can have children. A list of layers is no layer.",
)
@given(model=nested_models)
@example(model=deep_model)
@example(model=holds("ModuleDict", holds("Sequential", linear(2, 3)), linear(3, 2)))
def test_nested_models(student, model):
    """Layers are found at any depth: in containers within containers, in lists, dicts and attributes"""
    check(student.run("init_model", model))


@points(
    1,
    function="init_model_",
    handout="classes derived from these.",
    band="robust",
    hint="Is a layer of a class derived from nn.Linear a linear layer?",
)
@given(
    kinds=st.lists(st.sampled_from(["Conv1d", "Conv2d", "ConvTranspose2d"]), max_size=2),
    n_in=side,
    n_out=side,
)
@example(kinds=["Conv2d"], n_in=2, n_out=3)
def test_derived_classes(student, kinds, n_in, n_out):
    """A layer of a class derived from nn.Linear or a conv is a linear layer or a conv, too"""
    parts = [conv("My" + kind, n_in, n_out, 2) for kind in kinds]
    check(student.run("init_model", holds("Sequential", linear(n_in, n_out, kind="MyLinear"), *parts)))


@points(
    1,
    function="init_model_",
    handout="layers without bias.",
    band="robust",
    hint="With bias=False, what is layer.bias?",
)
@given(
    model=st.lists(layers(biases=(False, True)), min_size=1, max_size=4).map(
        lambda p: holds("Sequential", *p)
    )
)
@example(
    model=holds("Sequential", linear(3, 2, bias=False), conv("Conv2d", 2, 3, 3, bias=False), linear(3, 2))
)
def test_layers_without_bias(student, model):
    """Layers without bias get their weights, and no bias"""
    check(student.run("init_model", model))


@points(
    1,
    function="init_model_",
    handout=(
        "all classes of LAYERS in the stub.",
        'the second dim is "in", the first is "out". For transposed convs, … this names them the wrong way round',
    ),
    band="robust",
    hint="The classes differ, but each has a weight. Which of its dims count?",
)
@pytest.mark.parametrize("kind", WIDE)
def test_other_convs(student, kind):
    """Other convs than Conv2d, with the fans that torch counts for their weights:"""
    report = student.run("init_model", holds("Sequential", *WIDE[kind]))
    check(report)
    for (name, _), w in zip(WIDE[kind], weights(report), strict=True):
        WIDE_RANGE.check(w, bound_of(w, 0), what=f"the weight of the {name}, of shape {tuple(w.shape)},")


@points(
    1,
    function="init_model_",
    handout=(
        "models of any of the four dtypes",
        "init_model_ fills parameters, never replaces them, and leaves everything else as it was: "
        "other layers, buffers, requires_grad, train or eval mode.",
    ),
    band="robust",
    hint="Fill parameters, don't replace them. Leave modes and requires_grad alone.",
)
@given(
    model=st.lists(layers(kinds=tuple(sorted(LAYERS)), groups=(1, 2)), min_size=1, max_size=3).map(
        lambda parts: holds("Sequential", *parts)
    ),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.float16, torch.bfloat16]),
    frozen=st.booleans(),
    training=st.booleans(),
)
@example(model=lesson_model, dtype=torch.float64, frozen=False, training=False)
@example(model=lesson_model, dtype=torch.float32, frozen=True, training=True)
def test_the_model_stays_the_same_otherwise(student, model, dtype, frozen, training):
    """Parameters stay the same objects with their dtype and requires_grad, and the model keeps its mode"""
    check(student.run("init_model", model, dtype=dtype, frozen=frozen, training=training))
