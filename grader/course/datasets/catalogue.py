"""The catalogue of data sets: their properties and origins, and functions to find, fetch, verify and load them."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.datasets import digits, imagenette, mnist, strokes, tarballs
from grader.course.datasets.dataset import Dataset
from grader.course.datasets.errors import NotFetched, UnknownDataset
from grader.course.datasets.fetching import Source, cache_folder, is_whole
from grader.course.datasets.fetching import fetch as fetch_files

if TYPE_CHECKING:
    from torch import Tensor

_STROKES_VALID = 10**9  # index of the first image that validates: no training set comes so far


@dataclass(frozen=True)
class Entry:
    """One data set.

    images:   how many there are to train on and to validate with; None where there are as many as you like
    source:   the files that have to be fetched, if any
    unpacked: the folder that its archive is unpacked to, if it is an archive
    """

    name: str
    images: tuple[int, int] | None
    shape: str
    classes: tuple[str, ...]
    origin: str
    licence: str
    source: Source | None = None
    unpacked: str | None = None


CATALOGUE = {
    e.name: e
    for e in (
        Entry(
            "digits",
            (1433, 364),
            "1 × 8 × 8",
            digits.CLASSES,
            "scikit-learn's load_digits: E. Alpaydin & C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998",
            "CC BY 4.0",
        ),
        Entry(
            "strokes",
            None,
            "1 or 3 × any size",
            strokes.CLASSES,
            "drawn by the program, from a seed",
            "the same as this kit's",
        ),
        Entry(
            "mnist",
            (60_000, 10_000),
            "1 × 28 × 28",
            mnist.CLASSES,
            "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits",
            "CC BY-SA 3.0",
            mnist.SOURCE,
        ),
        Entry(
            "imagenette",
            (9_469, 3_925),
            "3 × 160 px and more",
            imagenette.CLASSES,
            "J. Howard, Imagenette, version 2, 160 px: github.com/fastai/imagenette",
            "ImageNet's terms: research and teaching, not commerce",
            imagenette.SOURCE,
            imagenette.FOLDER,
        ),
    )
}


def entry(name: str) -> Entry:
    """Return the entry of that name. Raise UnknownDataset."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UnknownDataset(
            f"there is no data set called {name}; there are {', '.join(CATALOGUE)}"
        ) from None


def is_present(e: Entry, cache: Path) -> bool:
    """Return True if the set can be loaded without fetching or installing anything. Files are not read."""
    if e.name == "digits":
        return importlib.util.find_spec("sklearn") is not None
    if e.source is None:
        return True
    folder = cache / e.source.name
    if e.unpacked:
        return (folder / e.unpacked).is_dir()
    return all(
        (folder / f.name).is_file() or (folder / f.name).with_suffix("").is_file() for f in e.source.files
    )


def size_on_disk(e: Entry, cache: Path) -> int:
    """Return how many bytes a set takes in the cache, including unpacked files."""
    folder = cache / e.name
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def fetch(e: Entry, cache: Path, *, mirror: str | None = None, progress: bool = False) -> list[Path]:
    """Download the missing or damaged files of a set into the cache, and unpack them. Return the new paths.

    Raise FetchFailed, DamagedFile and MissingPackage.
    """
    if e.source is None:
        return []
    new = fetch_files(e.source, cache, mirror=mirror, progress=progress)
    if e.unpacked:
        archive = cache / e.source.name / e.source.files[0].name
        if new or tarballs.differences(archive, e.unpacked):
            new.append(tarballs.unpack(archive, e.unpacked))
    return new


def verify(e: Entry, cache: Path) -> list[Path]:
    """Read all files of a set, and return those that are missing or damaged."""
    if e.source is None:
        return []
    folder = cache / e.source.name
    bad = [folder / f.name for f in e.source.files if not is_whole(folder / f.name, f.checksum)]
    if e.unpacked and not bad:
        bad = tarballs.differences(folder / e.source.files[0].name, e.unpacked)
    return bad


def load(
    name: str,
    *,
    device: str = "cpu",
    size: int | None = None,
    cache: Path | None = None,
    seed: int = 0,
    channels: int = 1,
    train: int = 12_000,
    valid: int = 2_000,
) -> Dataset:
    """Return a whole data set on a device. Nothing is downloaded.

    size:         side of the images in pixels: by default 8 (digits), 28 (strokes, mnist), 128 (imagenette; as float32
                  that is 2.6 GB). Images of another size are interpolated
    cache:        see cache_folder
    seed, channels, train, valid: for strokes only; `train` and `valid` are the numbers of images

    Raise UnknownDataset, NotFetched, DamagedFile and MissingPackage, and ValueError for a size below 1.
    """
    e = entry(name)
    if size is not None and size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    if e.name == "strokes":
        side = size or 28
        to_train = strokes.draw(train, seed, size=side, channels=channels, device=device)
        to_validate = strokes.draw(
            valid, seed, size=side, channels=channels, device=device, start=_STROKES_VALID
        )
        return Dataset(e.name, e.classes, *to_train, *to_validate)
    x_train, y_train, x_valid, y_valid = _read(e, cache, size)
    return Dataset(
        e.name,
        e.classes,
        _images(x_train, device, size),
        y_train.to(device),
        _images(x_valid, device, size),
        y_valid.to(device),
    )


def _read(e: Entry, cache: Path | None, size: int | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    if e.source is None:
        return digits.read()
    folder = cache_folder(cache) / e.source.name
    try:
        if e.unpacked is None:
            return mnist.read(folder)
        return imagenette.read(folder / e.unpacked, size or imagenette.DEFAULT_SIZE)
    except NotFetched as error:
        raise NotFetched(f"{error}. Fetch it first: grader data fetch {e.name}") from None


def _images(x: Tensor, device: str, size: int | None) -> Tensor:
    """Return images as float32 in [0, 1] on the device. They are moved as bytes, which take a quarter of the space."""
    import torch

    x = x.to(device)
    if x.dtype == torch.uint8:
        x = x.float().div_(255)
    if size is None or x.shape[-2:] == (size, size):
        return x
    return torch.nn.functional.interpolate(
        x, (size, size), mode="bilinear", antialias=True, align_corners=False
    ).clamp_(0, 1)
