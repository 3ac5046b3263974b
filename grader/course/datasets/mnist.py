"""MNIST: 70 000 handwritten digits, 28 × 28 (Y. LeCun, C. Cortes, C. J. C. Burges), read from its four IDX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.datasets.errors import DamagedFile, NotFetched
from grader.course.datasets.fetching import RemoteFile, Source
from grader.course.datasets.idx import read_idx

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = tuple("0123456789")

# Names and addresses: torchvision's datasets/mnist.py; it gives md5 sums, these are the sha256 sums of the same files.
SOURCE = Source(
    "mnist",
    (
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            9_912_422,
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            "sha256:3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            28_881,
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            "sha256:8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            1_648_877,
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            4_542,
        ),
    ),
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
    ),
)


def read(folder: Path) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return x_train, y_train, x_valid, y_valid, read from the four files in `folder`, each gzipped or unpacked.

    Images are uint8 (N, 1, rows, columns), labels int64 (N,). MNIST's test images are used for validation. Raise
    NotFetched where a file is missing, and DamagedFile for one that is not valid.
    """
    return (*_part(folder, "train"), *_part(folder, "t10k"))


def _part(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    images, labels = _file(folder, f"{part}-images-idx3-ubyte"), _file(folder, f"{part}-labels-idx1-ubyte")
    x, y = read_idx(images, 3), read_idx(labels, 1).long()
    if len(x) != len(y):
        raise DamagedFile(
            f"{images} holds {len(x)} images and {labels} {len(y)} labels: they do not belong together"
        )
    if len(y) and int(y.max()) >= len(CLASSES):
        raise DamagedFile(f"{labels} holds the label {int(y.max())}, but labels are the digits 0 to 9")
    return x[:, None], y


def _file(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise NotFetched(f"there is no {folder / name}.gz")
