"""Imagenette-160, version 2: ten easily told classes of ImageNet, the shorter side 160 pixels (J. Howard, fastai)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.datasets.fetching import RemoteFile, Source
from grader.course.datasets.trees import read_tree

if TYPE_CHECKING:
    from torch import Tensor

# Class folders are named by WordNet ids; labels count them in this order, which is that of the ids.
WORDNET = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
CLASSES = tuple(WORDNET.values())
FOLDER = "imagenette2-160"  # in the archive, and where it is unpacked
DEFAULT_SIZE = 128  # pixels

# Address and checksum: torchvision's datasets/imagenette.py.
SOURCE = Source(
    "imagenette",
    (RemoteFile("imagenette2-160.tgz", "md5:e793b78cc4c9e9a4ccc0c1155377a412", 99_003_388),),
    ("https://s3.amazonaws.com/fast-ai-imageclas",),
)


def read(folder: Path, size: int = DEFAULT_SIZE) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return x_train, y_train, x_valid, y_valid, read from folder/train and folder/val.

    Images uint8 (N, 3, size, size), labels int64 (N,); 0.66 GB at 128 pixels. Raise as read_tree does.
    """
    return (
        *read_tree(folder / "train", tuple(WORDNET), size),
        *read_tree(folder / "val", tuple(WORDNET), size),
    )
