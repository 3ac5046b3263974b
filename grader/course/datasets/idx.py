"""The IDX format of MNIST's files: a big-endian header of four-byte numbers, then bytes.

Magic number 0x00000803 for images (count, rows, columns), 0x00000801 for labels (count). Described by Y. LeCun on
MNIST's page.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.datasets.errors import DamagedFile

if TYPE_CHECKING:
    from torch import Tensor

_UNSIGNED_BYTES = 0x08
_GZIP = b"\x1f\x8b"


def read_idx(path: Path, dimensions: int) -> Tensor:
    """Return the bytes of an IDX file, gzipped or not, as a uint8 tensor of the sizes in its header.

    Raise DamagedFile, which names the file, when it is not an IDX file, has another number of dimensions, or is
    shorter or longer than its header says.
    """
    import torch

    content = _content(path)
    header = 4 + 4 * dimensions
    magic = bytes([0, 0, _UNSIGNED_BYTES, dimensions])
    if content[:4] != magic:
        raise _damaged(path, f"it begins with {content[:4].hex() or 'nothing'}, not with {magic.hex()}")
    if len(content) < header:
        raise _damaged(path, f"it ends within its header, after {len(content)} bytes")
    sizes = [int.from_bytes(content[i : i + 4], "big") for i in range(4, header, 4)]
    if len(content) - header != math.prod(sizes):
        stated = " × ".join(map(str, sizes))
        raise _damaged(path, f"its header announces {stated} bytes, but {len(content) - header} follow")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)[header:].view(sizes)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _damaged(path, "its compressed data is corrupt or ends too early") from None
    except OSError as error:
        raise DamagedFile(f"{path} can't be read: {error.strerror}") from None


def _damaged(path: Path, how: str) -> DamagedFile:
    return DamagedFile(
        f"{path} is damaged, or not an IDX file: {how}. Delete it and fetch it again: grader data fetch"
    )
