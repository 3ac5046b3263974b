"""Read folders of images, with one folder for each class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.datasets.errors import DamagedFile, MissingPackage, NotFetched

if TYPE_CHECKING:
    from torch import Tensor

_SUFFIXES = frozenset({".jpeg", ".jpg"})


def read_tree(folder: Path, classes: Sequence[str], size: int) -> tuple[Tensor, Tensor]:
    """Return the JPEGs of folder/<class>/ for each class; a label is the class's position in `classes`.

    x is uint8 (N, 3, size, size), y int64 (N,), in the order of classes and, within a class, of file names.
    Each image is scaled until it covers the square (bilinear, antialiased) and cropped in the middle; grey ones
    become RGB. Raise NotFetched where a folder is missing, DamagedFile for a file that is not a whole image and for
    the folder of an unknown class, and MissingPackage without Pillow.
    """
    import torch

    if not folder.is_dir():
        raise NotFetched(f"there is no folder {folder}")
    found = {path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")}
    if missing := sorted(set(classes) - found):
        raise NotFetched(f"{folder} lacks the class folder {missing[0]}")
    if strange := sorted(found - set(classes)):
        raise DamagedFile(
            f"{folder / strange[0]} is not the folder of a known class: it does not belong there"
        )
    files = [(path, label) for label, name in enumerate(classes) for path in _images(folder / name)]
    x = torch.empty(len(files), 3, size, size, dtype=torch.uint8)
    for i, (path, _) in enumerate(files):
        x[i] = _read_image(path, size)
    return x, torch.tensor([label for _, label in files], dtype=torch.int64)


def _images(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("."))


def _read_image(path: Path, size: int) -> Tensor:
    import numpy as np
    import torch

    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise MissingPackage('reading JPEGs needs Pillow: pip install "grader[data]"') from None
    try:
        with Image.open(path) as image:
            fitted = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BILINEAR)
    except (OSError, SyntaxError) as error:  # Pillow says with a SyntaxError that a header is broken
        raise DamagedFile(
            f"{path} is damaged, or not an image: {error}. Fetch it again: grader data fetch"
        ) from None
    return torch.from_numpy(np.array(fitted)).permute(2, 0, 1)
