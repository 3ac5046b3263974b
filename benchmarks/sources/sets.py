"""The images that an experiment runs on here, and their differences from the source's."""

from __future__ import annotations

from dataclasses import dataclass

from experiments import CHAPTER, HOME, LESSON, NETWORK
from torch import Tensor

from grader.course.datasets import CATALOGUE, MissingPackage, load
from grader.course.datasets.catalogue import is_present
from grader.course.datasets.fetching import cache_folder

STAND_IN = "strokes"
SMALL = 32  # side in pixels of the chapter's images on a CPU
LARGE = 128


@dataclass(frozen=True)
class Images:
    """The images of one source's experiments: x (N, C, H, W), y int64 (N,), on one device.

    shrunk: network, images and batches are smaller than the source's. differs: the differences from the
    source's runs, in words; empty if the numbers compare
    """

    source: str
    name: str
    x_train: Tensor
    y_train: Tensor
    x_valid: Tensor
    y_valid: Tensor
    classes: int
    shrunk: bool
    differs: tuple[str, ...]

    @property
    def label(self) -> str:
        """The set, for a row of the table; a stand-in with the name of the set that it stands for."""
        home = HOME[self.source]
        name = f"{self.name} {self.x_train.shape[-1]} px" if self.shrunk else self.name
        return name if self.name == home else f"{name}, not {home}"

    @property
    def network(self) -> str:
        return "ResNet-8" if self.shrunk else NETWORK[self.source]

    def size_of(self, bs: int) -> int:
        """Return the batch size: half of the source's if there are half as many images."""
        return bs // 2 if self.shrunk else bs


def choose(source: str, asked: str | None) -> str | None:
    """Return the name of the set: the one asked for, else the source's if it was fetched, else the stand-in.

    Return None if the set asked for is the other source's.
    """
    if asked is None:
        return HOME[source] if _was_fetched(HOME[source]) else STAND_IN
    return None if asked in HOME.values() and asked != HOME[source] else asked


def _was_fetched(name: str) -> bool:
    try:
        return is_present(CATALOGUE[name], cache_folder())
    except MissingPackage:  # without the packages that fetch, nothing was fetched
        return False


def images_for(source: str, name: str, device: str) -> Images:
    """Load or draw the images. Raises the errors of grader.course.datasets."""
    shrunk = source == CHAPTER and device == "cpu"
    differs = [] if name == HOME[source] else [f"{name}, not {HOME[source]}"]
    if shrunk:
        differs.append("on a CPU, so ResNet-8, small images, half-size batches, float32")
    x_train, y_train, x_valid, y_valid = (_lesson if source == LESSON else _chapter)(name, device)
    return Images(source, name, x_train, y_train, x_valid, y_valid, 10, shrunk, tuple(differs))


def _lesson(name: str, device: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    data = load(name, device=device, train=50_000, valid=10_000)
    if name == "mnist":  # the lesson validates with the last 10 000 of the training images
        x, y = data.x_train, data.y_train
        return x[:-10_000], y[:-10_000], x[-10_000:], y[-10_000:]
    return data.x_train, data.y_train, data.x_valid, data.y_valid


def _chapter(name: str, device: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    every = 2 if device == "cpu" else 1
    side = None if name == "digits" else SMALL if device == "cpu" else LARGE
    train, valid = -(-9469 // every), -(-3925 // every)  # as many as Imagenette has
    data = load(name, device=device, size=side, channels=3, train=train, valid=valid)
    if name == "imagenette":
        parts = [t[::every] for t in (data.x_train, data.y_train, data.x_valid, data.y_valid)]
    else:
        parts = [data.x_train, data.y_train, data.x_valid, data.y_valid]
    mean = parts[0].mean((0, 2, 3), keepdim=True)
    std = parts[0].std((0, 2, 3), keepdim=True)
    return (parts[0] - mean) / std, parts[1], (parts[2] - mean) / std, parts[3]
