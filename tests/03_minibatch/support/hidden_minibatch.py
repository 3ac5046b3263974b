"""Cases, strategies and checks of test_hidden_minibatch.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

from .common import W

NAMES = ["zeta", "alpha", "mid", "gamma10", "gamma9", "omega", "beta"]
number = st.integers(-3, 3)


@st.composite
def buildings(draw: st.DrawFn, changes: bool = False, plain: bool = False) -> tuple[list, list]:
    """(parts, script) for `assemble`; no layer comes twice. plain: numbers, too. changes: names assigned again, too."""
    parts: list = []
    script: list = []
    there: list = []
    acts = [
        "set",
        "set",
        "look",
        *(["plain"] if plain else []),
        *(["again", "del", "nested"] if changes else []),
    ]
    for what in draw(st.lists(st.sampled_from(acts), max_size=12)):
        free = [name for name in NAMES if name not in there]
        if what == "look":
            script.append(["look"])
        elif what == "plain":
            script.append(["plain", f"number{draw(st.integers(0, 2))}", draw(number)])
        elif what == "del" and there:
            there.remove(name := draw(st.sampled_from(there)))
            script.append(["del", name])
        elif what != "del" and (there if what == "again" else free):
            name = draw(st.sampled_from(there if what == "again" else free))
            script.append(["set", name, len(parts)])
            there += [name] if name not in there else []
            if what == "nested":
                owner = len(parts)
                parts.append(["nested"])
                for inner in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
                    script.append(["set in", owner, inner, len(parts)])
                    parts.append(["linear"])
            else:
                parts.append(draw(st.sampled_from([["linear"], ["relu"], ["own"], ["twin"]])))
    return parts, [*script, ["look"]]


def same_looks(student, reference, building: tuple[list, list], also: str = "") -> None:
    parts, script = building
    (got,), (expected,) = (
        who.run("assemble", parts, script, **({"also": also} if also else {})) for who in (student, reference)
    )
    for k, (one, other) in enumerate(zip(got, expected, strict=True)):
        for what in ("parameters", "attributes", *([also] if also else [])):
            text = f"after the script {literal(script)}, look {k}: {what} are {one[what]}, expected {other[what]}"
            require(one[what] == other[what], text)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list, list, list]:
    """(starts, optimizers, events): up to three optimizers, which may share parameters, in any order of events."""
    starts = draw(st.lists(tensors((2,), magnitude=4.0), min_size=1, max_size=3))
    of = st.lists(st.sampled_from(range(len(starts))), unique=True, min_size=1)
    lr = st.sampled_from([None, 0.5, 0.1, 0.01, 0.0])
    given = st.sampled_from(["list", "generator", "tuple"])
    make = st.builds(lambda o, r, g: {"of": o, "lr": r, "given": g, "positional": False}, of, lr, given)
    optimizers = draw(st.lists(make, min_size=1, max_size=3))
    vector = tensors((2,), magnitude=4.0)
    which = st.integers(0, len(optimizers) - 1)
    event = st.one_of(
        st.tuples(st.just("backward"), st.lists(vector, min_size=len(starts), max_size=len(starts))),
        st.tuples(st.just("step"), which),
        st.tuples(st.just("zero_grad"), which),
    )
    events = [list(e) for e in draw(st.lists(event, max_size=12))]
    return starts, optimizers, events


def batches(items: list, sizes: list[int]) -> list[list[torch.Tensor]]:
    x = torch.tensor([i[:2] for i in items[: sum(sizes)]], dtype=torch.float32)
    y = torch.tensor([i[2] for i in items[: sum(sizes)]])
    return [list(pair) for pair in zip(x.split(sizes), y.split(sizes), strict=True)]


@st.composite
def sets(draw: st.DrawFn, even: bool) -> list[list[torch.Tensor]]:
    size = st.integers(2, 4)
    n = draw(st.integers(1, 4))
    sizes = [draw(size)] * n if even else draw(st.lists(size, min_size=n, max_size=n))
    item = st.tuples(number, number, st.integers(0, 2))
    return batches(draw(st.lists(item, min_size=sum(sizes), max_size=sum(sizes))), sizes)


@st.composite
def fits(draw: st.DrawFn, even: bool) -> list[dict]:
    """Up to two fits of one model, with other batches in each pass. even: validation batches of one size."""
    many = []
    for _ in range(draw(st.integers(1, 2))):
        train = draw(st.lists(sets(False), min_size=1, max_size=2))
        valid = draw(st.lists(sets(even), min_size=1, max_size=2))
        many.append({"epochs": draw(st.integers(1, 3)), "train": train, "valid": valid})
    return many


def same_fits(student, reference, many: list[dict], lr: float, *, rounding: float = 1e-4, **options) -> None:
    """rounding: what weights may be apart by, relative to the largest."""
    got, expected = (who.run("train", W, many, lr=lr, **options) for who in (student, reference))
    text = f"{len(many)} fit(s), the first of {many[0]['epochs']} epoch(s), lr {lr}, {options}"
    paths = got["path"], expected["path"]
    require(len(paths[0]) == len(paths[1]), f"{text}: {len(paths[0])} steps, expected {len(paths[1])}")
    for k, (one, other) in enumerate(zip(*paths, strict=True)):
        assert_close(
            one, other, what=f"{text}: w after step {k}", atol=rounding * (1 + float(other.abs().max()))
        )
    for k, (one, other) in enumerate(zip(got["results"], expected["results"], strict=True)):
        pair = isinstance(one, list) and len(one) == 2
        require(pair, f"{text}: fit {k} has to return (loss, accuracy), but returned {literal(one)[:80]}")
        for name, value, right in zip(("loss", "accuracy"), one, other, strict=True):
            what = f"{text}: the {name} of fit {k}"
            assert_close(value, right, what=what, atol=1e-5 * (1 + abs(float(right))))
    for name, buffer in expected["buffers"].items():
        assert_close(
            got["buffers"][name], buffer, what=f"{text}: {name} of the layer in the middle", atol=rounding
        )
