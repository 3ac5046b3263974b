"""The four networks of train_optimizers: the same one, begun alike, and each trained by the optimizer of its name."""

import torch
from hypothesis import given

from grader.suite import Mismatch, few_examples, points

from .support.laws import remembers, trained, uneven, usual

NAMES = ("SGD", "Momentum", "RMSProp", "Adam")


@points(
    3,
    function="train_optimizers",
    hint="Make the model, and the optimizer, anew for each of them.",
    handout=("a dict of four models, by the names", "the same network … Four different results"),
)
@few_examples(3)
@given(data=usual(8))
def test_four_models(student, data):
    """train_optimizers returns four models of one shape, which four optimizers have made different."""
    seen = trained(student, "train_optimizers", data, parameters=True)
    models = seen["models"]
    if set(models) != set(NAMES):
        raise Mismatch(
            f"train_optimizers has to return SGD, Momentum, RMSProp and Adam; it returned {sorted(models)}"
        )
    shapes = {name: [list(p.shape) for p in model["parameters"]] for name, model in models.items()}
    for name, shape in shapes.items():
        if shape != shapes["SGD"]:
            raise Mismatch(f"train_optimizers: the network under {name} is not the one under SGD: {shape}")
    names = sorted(models)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            pairs = zip(models[a]["parameters"], models[b]["parameters"], strict=True)
            if any(torch.equal(p, q) for p, q in pairs if p.dim() > 1):
                raise Mismatch(f"train_optimizers: {a} and {b} have weights that are exactly alike")


@points(
    2,
    function="train_optimizers",
    hint="Which optimizer did the network under that name really get?",
    handout="RMSProp and Adam move all weights that have a gradient by nearly the same amount",
)
def test_steps_of_their_kind(student):
    """At first RMSProp and Adam move every weight nearly as far, whatever its gradient; SGD and Momentum don't."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(12, 1, 8, 8, generator=generator)
    data = {"x_train": images, "y_train": torch.arange(12) % 4, "x_valid": images, "classes": 4, "budget": 48}
    models = trained(student, "train_optimizers", data, parameters=True)["models"]
    if any(models[name]["start"] is None for name in NAMES):
        return  # trained by formulas, and not by calling the model: nothing to look at
    ways = {name: uneven(name, models[name]) for name in NAMES}
    for plain in ("SGD", "Momentum"):
        for adaptive in ("RMSProp", "Adam"):
            if ways[adaptive] > 0.8 * ways[plain]:
                raise Mismatch(
                    f"train_optimizers, 12 images, budget 48: the ways that the weights went differ by "
                    f"{ways[plain]:.0%} under {plain}, and by {ways[adaptive]:.0%} under {adaptive}; expected much "
                    "less, as its steps do not depend on how large a gradient is"
                )


@points(
    2,
    function="train_optimizers",
    hint="torch.manual_seed(seed) before each of the four networks is made",
    handout=(
        "the same network from the same initial weights",
        "it may be 0: then models come back as they start.",
    ),
)
def test_same_start(student):
    """Without a budget train_optimizers returns its four networks as they start: all from the same weights."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(50, 1, 8, 8, generator=generator)
    data = {
        "x_train": images,
        "y_train": torch.arange(50) % 10,
        "x_valid": images[:30],
        "classes": 10,
        "budget": 0,
    }
    seen = trained(student, "train_optimizers", data, parameters=True)
    if seen["items"]:
        raise Mismatch(f"train_optimizers trained on {seen['items']} items; the budget was 0")
    start = seen["models"]["SGD"]["parameters"]
    for name, model in seen["models"].items():
        if not all(torch.equal(p, q) for p, q in zip(start, model["parameters"], strict=True)):
            raise Mismatch(f"train_optimizers: without any training the networks under SGD and {name} differ")


@points(
    2,
    function="train_optimizers",
    hint="Where does the second network start: where the first began, or ended?",
    handout="the same network from the same initial weights",
)
@few_examples(3)
@given(data=usual(8))
def test_each_begins_at_the_start(student, data):
    """Each of the four trainings begins with the weights that the first began with."""
    fresh = trained(student, "train_optimizers", data)["fresh"]
    if 0 < fresh < 4:  # 0: trained by formulas, and not by calling a model
        raise Mismatch(
            f"train_optimizers: {fresh} of the four trainings {'begins' if fresh == 1 else 'begin'} with the weights "
            "that the first begins with"
        )


@points(
    3,
    function="train_optimizers",
    hint="Momentum and Adam go along an average of gradients, SGD and RMSProp along the last one.",
    handout=(
        "where the second gradient is much smaller and has turned, Momentum and Adam go on by the first one, "
        "SGD and RMSProp by the second"
    ),
)
@few_examples(3)
@given(data=usual(8))
def test_memory_of_their_kind(student, data):
    """Momentum and Adam go on by the gradient before where a smaller one points back; SGD and RMSProp don't"""
    models = trained(student, "train_optimizers", data, parameters=True)["models"]
    for name, goes_on in (("SGD", False), ("Momentum", True), ("RMSProp", False), ("Adam", True)):
        share = remembers(models[name])
        if share is not None and (share > 0.5) is not goes_on:
            by = "the first gradient" if share > 0.5 else "the second one"
            raise Mismatch(
                f"train_optimizers: in the second step under {name} most weights whose gradient has turned, and is "
                f"much smaller, go by {by}; expected the other one"
            )
