"""DummyModule when it changes or holds another one: names assigned again, deleted, nested, layers that are shared.

A weaker suite lets pass: a re-assigned name that moves to the end (right for one child), a deleted one that stays,
parameters compared by value (right as long as no two are equal), by their layer (right without tied weights).
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import points, require
from grader.suite.source import literal

from .support.dummy_module_changes import NAMES, check, check_parameters, deletions, in_words, looks


@points(
    2,
    function="DummyModule",
    handout="A name that gets another layer keeps its place",
    band="robust",
    hint="What does a dict do with a key that is there already?",
)
@given(names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=6), early=st.booleans())
@example(names=["alpha", "alpha"], early=False)
@example(names=["zeta", "alpha", "zeta"], early=False)
@example(names=["zeta", "alpha", "zeta"], early=True)
def test_assigned_again(student, names, early):
    """A name that is assigned again has the new layer, in the place of the old one"""
    script: list = [["set", name, k] for k, name in enumerate(names)]
    children: dict = {}
    for _, name, k in script:
        children[name] = k
    script = [*script, ["look"]] if early else [script[0], ["look"], *script[1:], ["look"]]
    seen = looks(student, [["linear"]] * len(names), script)[-1]
    check(seen, children, in_words(script))
    for name, k in children.items():
        got = dict(seen["attributes"]).get(name, "no such attribute")
        require(got == f"layer {k}", f"{in_words(script)}:\nnet.{name} is {literal(got)}, expected layer {k}")


@points(
    2,
    function="DummyModule",
    handout="a deleted one is no longer registered, and comes last when it is set again",
    band="robust",
    hint="__delattr__ is to `del net.name` what __setattr__ is to `net.name =`.",
)
@given(script=deletions())
@example(script=[["set", "zeta", 0], ["set", "alpha", 1], ["del", "zeta"]])
@example(script=[["set", "zeta", 0], ["set", "alpha", 1], ["del", "zeta"], ["set", "zeta", 2]])
@example(
    script=[
        ["set", "zeta", 0],
        ["plain", "depth", 3],
        ["plain", "_kept", 0],
        ["del", "depth"],
        ["del", "_kept"],
    ]
)
def test_deleted(student, script):
    """A deleted name is no child and no attribute any more; assigned again, it is the last one"""
    children: dict = {}
    for what, name, *k in script:
        if what == "set":
            children[name] = k[0]
        elif what == "del":
            children.pop(name, None)
    n_layers = sum(e[0] == "set" for e in script)
    (seen,) = looks(student, [["linear"]] * n_layers, [["look"], *script, ["look"]])[1:]
    check(seen, children, in_words(script))
    left = [name for name, _ in seen["attributes"]]
    for name in {e[1] for e in script if e[0] == "del"} - set(children):
        require(name not in left, f"{in_words(script)}:\nnet.{name} is still there")


@points(
    2,
    function="DummyModule",
    handout="a DummyModule in a DummyModule is a layer",
    band="robust",
    hint="A DummyModule has parameters(), too. What does that make it?",
)
@given(
    inner=st.lists(st.sampled_from(NAMES), unique=True, max_size=3), late=st.booleans(), deep=st.booleans()
)
@example(inner=["zeta", "alpha"], late=False, deep=False)
@example(inner=["zeta"], late=True, deep=False)
@example(inner=["zeta", "alpha"], late=True, deep=True)
def test_nested(student, inner, late, deep):
    """A DummyModule in a DummyModule is a child; its parameters come in its place, also those it got later"""
    parts = [["linear"], ["nested"], ["linear"], ["nested"], *[["linear"]] * len(inner)]
    own = 3 if deep else 1  # the one that gets the inner layers
    filling: list = [["set in", own, name, 4 + i] for i, name in enumerate(inner)]
    filling = [["set in", 1, "deeper", 3], *filling] if deep else filling
    building: list = [["set", "first", 0], ["set", "block", 1], ["set", "last", 2]]
    script = [*building, *filling, ["look"]] if not late else [*building, ["look"], *filling, ["look"]]
    seen = looks(student, parts, script)[-1]
    when = in_words(script) + f" (layer1{', layer3' if deep else ''} being a DummyModule)"
    layers = [0, *(4 + i for i in range(len(inner))), 2]
    check_parameters(seen, [f"layer {k}'s {name}" for k in layers for name in ("weight", "bias")], when)


@points(
    2,
    function="DummyModule",
    handout="a parameter that two layers share, at any depth, comes once",
    band="robust",
    hint="Has this very tensor come before? `==` and `in` don't ask that.",
)
@given(
    layers=st.lists(st.integers(0, 2), min_size=2, max_size=5),
    kinds=st.tuples(*[st.sampled_from([["linear"], ["twin"]])] * 3),
)
@example(layers=[0, 0], kinds=(["linear"], ["linear"], ["linear"]))
@example(layers=[0, 1, 0], kinds=(["linear"], ["linear"], ["linear"]))
@example(layers=[0, 1, 0], kinds=(["twin"], ["twin"], ["linear"]))
def test_shared_layers(student, layers, kinds):
    """A layer under two names: its parameters come once, at the first; equal parameters of two layers both come"""
    script: list = [["set", f"name{i}", k] for i, k in enumerate(layers)]
    (seen,) = looks(student, list(kinds), [*script, ["look"]])
    names = {"linear": ["weight", "bias"], "twin": ["weight"]}
    owed = [f"layer {k}'s {name}" for k in dict.fromkeys(layers) for name in names[kinds[k][0]]]
    twins = ", ".join(f"layer{k}" for k in range(3) if kinds[k] == ["twin"])
    check_parameters(seen, owed, in_words(script) + (f" ({twins} having equal weights)" if twins else ""))


@points(
    1,
    function="DummyModule",
    handout="a parameter that two layers share, at any depth, comes once",
    band="robust",
    hint="Compare parameters, not layers.",
)
def test_tied_weights(student):
    """A parameter that two layers share comes once, also if one of them is in a nested DummyModule"""
    (seen,) = looks(student, [["linear"], ["tied", 0]], [["set", "alpha", 0], ["set", "mid", 1], ["look"]])
    owed = ["layer 0's weight", "layer 0's bias", "layer 1's bias"]
    check_parameters(seen, owed, "after net.alpha = layer0; net.mid = layer1, whose weight is layer0's")
    script: list = [
        ["set in", 2, "alpha", 0],
        ["set", "block", 2],
        ["set", "mid", 1],
        ["set", "end", 0],
        ["look"],
    ]
    (seen,) = looks(student, [["linear"], ["tied", 0], ["nested"]], script)
    check_parameters(seen, owed, f"{in_words(script)} (layer2 is a DummyModule, layer1's weight is layer0's)")
