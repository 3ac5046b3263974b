"""Give a data set another face for each run, so that nothing brought along about its images is of use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course.datasets.dataset import Dataset
from grader.course.datasets.deformation import deform
from grader.course.datasets.randomness import generator_for

if TYPE_CHECKING:
    from torch import Tensor


def interchanged(images: Dataset, number: int) -> Dataset:
    """Return disguised images whose quarters have changed places, each mirrored or not: all images in the same way.

    They are as easy to learn, but not to recognise. No quarter stays where it was. Raise ValueError for odd sides.
    """
    import torch

    height, width = images.x_train.shape[2:]
    if height % 2 or width % 2:
        raise ValueError(f"images of {height} × {width} pixels have no quarters")
    generator = generator_for("interchange", number)
    places = torch.arange(4)
    while bool((places == torch.arange(4)).any()):
        places = torch.randperm(4, generator=generator)
    mirrored = torch.randint(2, (4, 2), generator=generator).bool()

    def moved(x: Tensor) -> Tensor:
        quarters = [q for half in x.chunk(2, 2) for q in half.chunk(2, 3)]
        turned = [
            quarters[place].flip([dim for dim, yes in zip((2, 3), mirror, strict=True) if yes])
            for place, mirror in zip(places.tolist(), mirrored.tolist(), strict=True)
        ]
        return torch.cat([torch.cat(turned[:2], 3), torch.cat(turned[2:], 3)], 2)

    shown = disguised(images, number)
    return replace(shown, x_train=moved(shown.x_train), x_valid=moved(shown.x_valid))


def disguised(images: Dataset, number: int) -> Dataset:
    """Return the images under other numbers for their classes, in another order, and those for validation deformed.

    All of it is a function of `number` alone. Training can't tell the difference: what it learns from x_train and
    y_train holds for x_valid. But a network trained elsewhere, or a table of images, calls the classes by other
    numbers, and a list of the labels in their usual order says nothing. Which number is which can still be asked of
    y_train: hence `interchanged`.
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
