"""Small sets of data in the formats of the large ones, which the tests write."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import torch

from grader.course.datasets.imagenette import FOLDER, WORDNET


def idx(values: torch.Tensor) -> bytes:
    sizes = b"".join(n.to_bytes(4, "big") for n in values.shape)
    return bytes([0, 0, 8, values.dim()]) + sizes + bytes(values.flatten().tolist())


X = torch.arange(5 * 4 * 3, dtype=torch.uint8).view(5, 4, 3)
Y = torch.tensor([3, 1, 4, 1, 9])
FILES = {
    "train-images-idx3-ubyte": idx(X),
    "train-labels-idx1-ubyte": idx(Y),
    "t10k-images-idx3-ubyte": idx(X[:2] + 100),
    "t10k-labels-idx1-ubyte": idx(Y[:2]),
}


def write_mnist(folder: Path) -> Path:
    """A small MNIST, two of its files gzipped and two not."""
    folder.mkdir(parents=True)
    for i, (name, content) in enumerate(FILES.items()):
        (folder / (name if i % 2 else f"{name}.gz")).write_bytes(content if i % 2 else gzip.compress(content))
    return folder


def jpeg(colour: tuple[int, int, int] | int, size: tuple[int, int] = (40, 24)) -> bytes:
    from PIL import Image

    image = Image.new("L" if isinstance(colour, int) else "RGB", size, colour)
    image.save(buffer := io.BytesIO(), "JPEG", quality=95)
    return buffer.getvalue()


def write_tree(cache: Path) -> Path:
    """A small Imagenette: in each class folder one image to train on, its red 20 times its label, and a grey one."""
    top = cache / "imagenette" / FOLDER
    for label, wordnet in enumerate(WORDNET):
        for part, colour in (("train", (20 * label, 100, 200)), ("val", 128)):
            (top / part / wordnet).mkdir(parents=True)
            (top / part / wordnet / f"{wordnet}_1.JPEG").write_bytes(jpeg(colour))
    return top


def tarball(path: Path, *members: tuple[str, bytes | None]) -> Path:
    """A .tgz of files; a content of None makes a symbolic link to /etc."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content or b"")
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc"
            tar.addfile(info, io.BytesIO(content or b""))
    return path


def left_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
