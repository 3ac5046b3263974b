"""What holds of training whatever its accuracy: on small random problems, by what changes when something else does."""

import math

import torch
from hypothesis import given

from grader.suite import Mismatch, few_examples, points

from .support.laws import blind, learns, problems, seeded, told_of, trained, uneven

NAMES = ("SGD", "Momentum", "RMSProp", "Adam")


@points(3, function="train_mlp", hint="Does the optimizer have all parameters of the model that you return?")
@few_examples()
@given(data=problems())
def test_mlp_learns(student, data):
    """Every weight of train_mlp's model depends on the labels."""
    learns(student, "train_mlp", data)


@points(
    3, function="train_convnet", hint="Does the optimizer have all parameters of the model that you return?"
)
@few_examples()
@given(data=problems())
def test_convnet_learns(student, data):
    """Every weight of train_convnet's model depends on the labels."""
    learns(student, "train_convnet", data)


@points(3, function="train_optimizers", hint="Does each optimizer have all parameters of its own model?")
@few_examples()
@given(data=problems())
def test_optimizers_learn(student, data):
    """Every weight of each of train_optimizers' models depends on the labels."""
    learns(student, "train_optimizers", data)


@points(3, function="train_optimizers", hint="Make the model, and the optimizer, anew for each of them.")
@few_examples()
@given(data=problems())
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


@points(2, function="train_optimizers", hint="Which optimizer did the network under that name really get?")
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


@points(2, function="train_mlp", hint="Flatten, 50 units, one number a class")
@few_examples()
@given(data=problems())
def test_one_hidden_layer_of_50(student, data):
    """train_mlp's model is one hidden layer of 50, and keeps no more than that."""
    shapes = trained(student, "train_mlp", data)["models"][""]["shapes"]
    pixels, classes = data["x_train"][0].numel(), data["classes"]
    wanted = [sorted([50, pixels]), sorted([classes, 50])]
    matrices = [sorted(n for n in shape if n > 1) for shape in shapes]
    if any(w not in matrices for w in wanted):
        raise Mismatch(
            f"train_mlp: for {told_of(data)} the model holds tensors of shapes {shapes}; with one hidden layer of 50 "
            f"there are weights of {wanted[0]} and {wanted[1]}, this way round or the other"
        )
    rest = sum(map(math.prod, shapes)) - sum(map(math.prod, wanted))
    if rest > 10 * (pixels + 50 + classes):
        raise Mismatch(f"train_mlp: beside one hidden layer of 50, the model holds {rest} numbers: {shapes}")


@points(
    2, function="train_optimizers", hint="torch.manual_seed(seed) before each of the four networks is made"
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
)
@few_examples()
@given(data=problems())
def test_each_begins_at_the_start(student, data):
    """Each of the four trainings begins with the weights that the first began with."""
    fresh = trained(student, "train_optimizers", data)["fresh"]
    if 0 < fresh < 4:  # 0: trained by formulas, and not by calling a model
        raise Mismatch(
            f"train_optimizers: {fresh} of the four trainings {'begins' if fresh == 1 else 'begin'} with the weights "
            "that the first begins with"
        )


@points(2, function="train_mlp", hint="What of x_valid goes into training: statistics, batches, predictions?")
@few_examples()
@given(data=problems())
def test_mlp_does_not_see_validation(student, data):
    """x_valid has no influence on what train_mlp learns."""
    blind(student, "train_mlp", data)


@points(
    2, function="train_convnet", hint="What of x_valid goes into training: statistics, batches, predictions?"
)
@few_examples()
@given(data=problems())
def test_convnet_does_not_see_validation(student, data):
    """x_valid has no influence on what train_convnet learns."""
    blind(student, "train_convnet", data)


@points(
    2,
    function="train_optimizers",
    hint="What of x_valid goes into training: statistics, batches, predictions?",
)
@few_examples()
@given(data=problems())
def test_optimizers_do_not_see_validation(student, data):
    """x_valid has no influence on what train_optimizers learns."""
    blind(student, "train_optimizers", data)


@points(2, function="train_mlp", band="robust", hint="torch.manual_seed: before what?")
@few_examples()
@given(data=problems())
def test_mlp_seed(student, data):
    """train_mlp: the same seed gives the same model, another seed another one."""
    seeded(student, "train_mlp", data)


@points(2, function="train_convnet", band="robust", hint="torch.manual_seed: before what?")
@few_examples()
@given(data=problems())
def test_convnet_seed(student, data):
    """train_convnet: the same seed gives the same model, another seed another one."""
    seeded(student, "train_convnet", data)


@points(2, function="train_optimizers", band="robust", hint="torch.manual_seed: before what?")
@few_examples()
@given(data=problems())
def test_optimizers_seed(student, data):
    """train_optimizers: the same seed gives the same models, another seed others."""
    seeded(student, "train_optimizers", data)
