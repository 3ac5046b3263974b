"""What holds of training whatever its accuracy: on small random problems, by what changes when something else does."""

import math

from hypothesis import given

from grader.suite import Mismatch, few_examples, points

from .support.laws import (
    bends,
    blind,
    kaiming,
    learns,
    others,
    remembers,
    seeded,
    told_of,
    trained,
    usual,
)


@points(
    3,
    function="train_mlp",
    hint="Does the optimizer have all parameters of the model that you return?",
    handout="every weight (a parameter of two dims or more) is trained: with other labels it comes out different.",
)
@few_examples(3)
@given(data=usual())
def test_mlp_learns(student, data):
    """Every weight of train_mlp's model depends on the labels."""
    learns(student, "train_mlp", data)


@points(
    3,
    function="train_convnet",
    hint="Does the optimizer have all parameters of the model that you return?",
    handout="every weight (a parameter of two dims or more) is trained: with other labels it comes out different.",
)
@few_examples(3)
@given(data=usual())
def test_convnet_learns(student, data):
    """Every weight of train_convnet's model depends on the labels."""
    learns(student, "train_convnet", data)


@points(
    3,
    function="train_optimizers",
    hint="Does each optimizer have all parameters of its own model?",
    handout="every weight (a parameter of two dims or more) is trained: with other labels it comes out different.",
)
@few_examples(3)
@given(data=usual(8))
def test_optimizers_learn(student, data):
    """Every weight of each of train_optimizers' models depends on the labels."""
    learns(student, "train_optimizers", data)


@points(
    2,
    function="train_mlp",
    hint="Flatten, 50 units, one number a class",
    handout="one hidden layer of 50 units … on flattened images, and at most normalising layers beside it",
)
@few_examples(3)
@given(data=usual())
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
    2,
    function="train_mlp",
    hint="What of x_valid goes into training: statistics, batches, predictions?",
    band="robust",
    handout="x_valid has no influence on what is learned, nor on the statistics that a layer keeps",
)
@few_examples(3)
@given(data=usual())
def test_mlp_does_not_see_validation(student, data):
    """x_valid has no influence on what train_mlp learns."""
    blind(student, "train_mlp", data)


@points(
    2,
    function="train_convnet",
    hint="What of x_valid goes into training: statistics, batches, predictions?",
    band="robust",
    handout="x_valid has no influence on what is learned, nor on the statistics that a layer keeps",
)
@few_examples(3)
@given(data=usual())
def test_convnet_does_not_see_validation(student, data):
    """x_valid has no influence on what train_convnet learns."""
    blind(student, "train_convnet", data)


@points(
    2,
    function="train_optimizers",
    hint="What of x_valid goes into training: statistics, batches, predictions?",
    band="robust",
    handout="x_valid has no influence on what is learned, nor on the statistics that a layer keeps",
)
@few_examples(3)
@given(data=usual(8))
def test_optimizers_do_not_see_validation(student, data):
    """x_valid has no influence on what train_optimizers learns."""
    blind(student, "train_optimizers", data)


@points(
    2,
    function="train_mlp",
    band="robust",
    hint="torch.manual_seed: before what? And what is left of the call before?",
    handout=(
        "the same seed gives the same parameters … another seed gives others",
        "Each call starts from scratch.",
    ),
)
@few_examples(2)
@given(data=usual())
def test_mlp_seed(student, data):
    """train_mlp: the same seed gives the same model, another seed another one."""
    seeded(student, "train_mlp", data)


@points(
    2,
    function="train_convnet",
    band="robust",
    hint="torch.manual_seed: before what? And what is left of the call before?",
    handout=(
        "the same seed gives the same parameters … another seed gives others",
        "Each call starts from scratch.",
    ),
)
@few_examples(2)
@given(data=usual())
def test_convnet_seed(student, data):
    """train_convnet: the same seed gives the same model, another seed another one."""
    seeded(student, "train_convnet", data)


@points(
    2,
    function="train_optimizers",
    band="robust",
    hint="torch.manual_seed: before what? And what is left of the call before?",
    handout=(
        "the same seed gives the same parameters … another seed gives others",
        "Each call starts from scratch.",
    ),
)
@few_examples(2)
@given(data=usual(8))
def test_optimizers_seed(student, data):
    """train_optimizers: the same seed gives the same models, another seed others."""
    seeded(student, "train_optimizers", data)


@points(
    2,
    function="train_mlp",
    band="robust",
    hint="Which sizes does your network take for granted? And which batches does your loader leave out?",
    handout=(
        "any C, H, W and number of classes",
        "N of 10 and more, but smaller than a batch: training has to happen then, too",
    ),
)
@few_examples(4)
@given(data=others())
def test_mlp_of_other_sizes(student, data):
    """train_mlp takes images of any size, any number of classes, and few items"""
    learns(student, "train_mlp", data)


@points(
    2,
    function="train_convnet",
    band="robust",
    hint="Which sizes does your network take for granted? And which batches does your loader leave out?",
    handout=(
        "any C, H, W and number of classes",
        "N of 10 and more, but smaller than a batch: training has to happen then, too",
    ),
)
@few_examples(4)
@given(data=others())
def test_convnet_of_other_sizes(student, data):
    """train_convnet takes images of any size, any number of classes, and few items"""
    learns(student, "train_convnet", data)


@points(
    2,
    function="train_optimizers",
    band="robust",
    hint="Which sizes does your network take for granted? And which batches does your loader leave out?",
    handout=(
        "any C, H, W and number of classes",
        "N of 10 and more, but smaller than a batch: training has to happen then, too",
    ),
)
@few_examples(4)
@given(data=others())
def test_optimizers_of_other_sizes(student, data):
    """train_optimizers takes images of any size, any number of classes, and few items"""
    learns(student, "train_optimizers", data)


@points(
    1,
    function="train_mlp",
    hint="Two linear layers in a row are one linear layer.",
    handout="one hidden layer of 50 units with an activation",
)
def test_mlp_has_an_activation(student):
    """train_mlp's model is no linear function"""
    bends(student, "train_mlp")


@points(
    1,
    function="train_convnet",
    hint="Convolutions in a row are one convolution.",
    handout="a small convnet with activations",
)
def test_convnet_has_activations(student):
    """train_convnet's model is no linear function"""
    bends(student, "train_convnet")


@points(
    2,
    function="train_convnet",
    hint="torch's layers begin with other weights, 2.4 times as small: init_model_ is for that.",
    handout="Kaiming's initial weights in its convolutions",
)
@few_examples(3)
@given(data=usual())
def test_kaimings_weights(student, data):
    """When training begins the convolutions have weights of Kaiming's size, √(2/fan)"""
    start = trained(student, "train_convnet", data, parameters=True)["models"][""]["start"]
    weights = [p for p in start or () if p.dim() == 4]
    if not weights:
        return  # trained by formulas, and not by calling the model: nothing to look at
    by_fan_in, by_fan_out = kaiming(weights)
    # Kaiming's with a = 1 are 0.71 times as large, torch's default ones 0.41 times (by fan_in).
    if not (0.65 < by_fan_in < 1.25 or 0.65 < by_fan_out < 1.25):
        raise Mismatch(
            f"train_convnet: at the start the weights of the convolutions are {by_fan_in:.3g} times as large as "
            f"Kaiming's by fan_in, and {by_fan_out:.3g} times by fan_out"
        )


@points(
    2,
    function="train_convnet",
    band="robust",
    beside="test_convnet_learns",
    hint="Does the optimizer make use of the momentum that is scheduled?",
    handout="the optimizer goes by it",
)
@few_examples(3)
@given(data=usual())
def test_momentum_is_in_use(student, data):
    """Where train_convnet logs a large momentum, steps go on by the gradient before"""
    seen = trained(student, "train_convnet", data, parameters=True)
    mom, share = seen["log"].get("mom", ()), remembers(seen["models"][""])
    if share is not None and len(mom) > 1 and mom[1] > 0.6 and share < 0.5:
        raise Mismatch(
            f"train_convnet logs mom={mom[1]:.3g} for its second batch; most weights whose gradient has turned there, "
            "and is much smaller, go by the new gradient alone: the optimizer makes no use of momentum"
        )
