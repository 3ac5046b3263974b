"""Accuracy on new images, over several seeds.

Labels of the images for validation stay with the judge; the images are deformed afresh for every run. How often good
work fails here is stated in grader.suite.statistics.sequential, and thresholds.toml says where the numbers come from.
"""

from grader.suite import points

from .support.accuracy import judged


@points(
    12,
    function="train_mlp",
    hint="Which of your units' tests fail? Does the loss fall, by the curve that you log?",
    handout=("accuracy", "each run passes or falls short of a threshold"),
)
def test_mlp(request, student, curves):
    """train_mlp reaches its accuracy on digits, under seed after seed and within its budget."""
    judged(request, student, "train_mlp", curves)


@points(
    12,
    function="train_convnet",
    hint="Are the weights Kaiming's? Does lr rise to its maximum and fall again?",
    handout=("accuracy", "each run passes or falls short of a threshold"),
)
def test_convnet(request, student, curves):
    """train_convnet reaches its accuracy on digits, under seed after seed and within its budget."""
    judged(request, student, "train_convnet", curves)


@points(
    12,
    function="train_optimizers",
    hint="Has each optimizer a network of its own, and a learning rate that suits it?",
    handout=("accuracy", "each run passes or falls short of a threshold"),
)
def test_optimizers(request, student, curves):
    """All four optimizers reach their accuracy on digits, under seed after seed and within one budget."""
    judged(request, student, "train_optimizers", curves)
