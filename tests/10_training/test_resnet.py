"""The stretch item: ResNet-34. What it is made of can be seen on a CPU; how good it gets needs a GPU."""

import math

import pytest

from grader.suite import Mismatch, points

from .support.resnet import trained

_PARAMETERS = 21_289_802  # He et al. 2016, table 1, with batch normalisation and 10 classes


@points(
    4,
    function="train_resnet",
    band="stretch",
    hint="3, 4, 6 and 3 blocks of 64, 128, 256 and 512 channels",
    handout="ResNet-34 from your own loop",
)
def test_resnet34(student):
    """train_resnet's model has the layers of ResNet-34."""
    seen = trained(student)
    shapes = seen["models"][""]["shapes"]
    convs = sum(len(shape) == 4 and shape[0] > 1 for shape in shapes)  # not what a normalising layer keeps
    count = sum(math.prod(shape) for shape in shapes)
    if convs not in (33, 36):  # with or without a convolution where a block changes the shape
        raise Mismatch(
            f"train_resnet's model has {convs} convolutions; ResNet-34 has 33, and 3 round the blocks"
        )
    if abs(count - _PARAMETERS) > 0.02 * _PARAMETERS:
        raise Mismatch(f"train_resnet's model has {count} parameters; ResNet-34 has {_PARAMETERS}")


@points(
    4,
    function="train_resnet",
    band="stretch",
    hint="Your MixedPrecision callback, or torch.autocast",
    handout="in mixed precision: judged by its layers and by autocast",
)
def test_resnet_in_mixed_precision(student):
    """train_resnet trains under autocast."""
    if student.device == "pretend":
        pytest.skip("autocast is nothing that is pretended")
    if not trained(student)["autocast"]:
        raise Mismatch("train_resnet: the model was never trained under autocast")


@pytest.mark.gpu
@points(
    4,
    function="train_resnet",
    band="stretch",
    hint="Does the same loop train the convnet?",
    handout="in mixed precision: judged by its layers and by autocast",
)
def test_resnet_on_a_gpu(student):
    """On a GPU, too, train_resnet trains under autocast, and its model is there."""
    if student.device != "cuda":
        pytest.skip("ResNet-34 is trained on a GPU alone: --device cuda")
    seen = trained(student)
    if not seen["autocast"]:
        raise Mismatch("train_resnet: on a GPU the model was never trained under autocast")
