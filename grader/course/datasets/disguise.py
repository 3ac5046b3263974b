"""Give a data set another face for each run, so that nothing brought along about its images is of use."""

from __future__ import annotations

from dataclasses import replace

from grader.course.datasets.dataset import Dataset
from grader.course.datasets.deformation import deform
from grader.course.datasets.randomness import generator_for


def disguised(images: Dataset, number: int) -> Dataset:
    """Return the images under other numbers for their classes, in another order, and those for validation deformed.

    All of it is a function of `number` alone. Training can't tell the difference: what it learns from x_train and
    y_train holds for x_valid. But a network trained elsewhere, or a table of images, calls the classes by other
    numbers, and a list of the labels in their usual order says nothing.
    """
    import torch

    generator = generator_for("disguise", number)
    device = images.y_train.device
    renamed, train, valid = (
        torch.randperm(n, generator=generator).to(device)
        for n in (len(images.classes), len(images.y_train), len(images.y_valid))
    )
    return replace(
        images,
        classes=tuple(images.classes[i] for i in renamed.argsort().tolist()),
        x_train=images.x_train[train],
        y_train=renamed[images.y_train[train]],
        x_valid=deform(images.x_valid, number)[valid],
        y_valid=renamed[images.y_valid[valid]],
    )
