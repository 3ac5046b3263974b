"""What Recorder draws: the points on matplotlib's current axes are compared, whatever they look like.

A weaker suite ("it drew something") lets pass: the wrong list, a figure of its own, each loss on its own line, and
losses that matplotlib can't draw.
"""

import torch

from grader.suite import points

from .support.plots import LOSSES, LRS, check


@points(
    2,
    function="Recorder",
    hint="pyplot's plot draws on the current axes, and makes them if there are none.",
    handout="plot_lr() and plot_loss() draw them on matplotlib's current axes, a point for each batch",
)
def test_plot_lr(student):
    """plot_lr draws the learning rates, a point for each batch, on the current axes"""
    check(student, "plot_lr", LRS)


@points(
    2,
    function="Recorder",
    hint="A tensor that needs grad can't be drawn. A float can.",
    handout="plot_lr() and plot_loss() draw them on matplotlib's current axes, a point for each batch",
)
def test_plot_loss(student):
    """plot_loss draws the losses, a point for each batch, on the current axes"""
    check(student, "plot_loss", LOSSES)


@points(
    1,
    function="Recorder",
    band="robust",
    hint="numpy, and so matplotlib, knows no bfloat16. A float is a float.",
    handout="draws losses of any dtype",
)
def test_plot_loss_of_half_precision(student):
    """plot_loss draws losses of every dtype, bfloat16 among them"""
    for dtype in (torch.bfloat16, torch.float16):
        check(student, "plot_loss", LOSSES, dtype=dtype)
