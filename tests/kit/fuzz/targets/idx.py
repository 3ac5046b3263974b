"""A file of MNIST: refused with a DamagedFile that names it, or as many bytes as its header says."""

from __future__ import annotations

import gzip
import math

from fuzz import expect
from fuzz.damage import damaged
from fuzz.place import as_file
from hypothesis import strategies as st

from grader.course.datasets.errors import DamagedFile
from grader.course.datasets.idx import read_idx


def _idx(sizes: list[int], more: int) -> bytes:
    head = bytes([0, 0, 8, len(sizes)]) + b"".join(n.to_bytes(4, "big") for n in sizes)
    return head + bytes(max(0, math.prod(sizes) + more))


_FILES = st.builds(
    _idx, st.lists(st.integers(0, 5), min_size=1, max_size=3), st.sampled_from([0, 0, 0, 1, -1])
)
_TOKENS = [b"\xff" * 4, b"\x00\x00\x08\x03", b"\x1f\x8b"]
INPUTS = damaged(_FILES, _TOKENS) | damaged(_FILES.map(lambda data: gzip.compress(data, mtime=0)))


def run(data: bytes) -> None:
    file = as_file("images-idx3-ubyte", data)
    for dimensions in (1, 3):
        try:
            values = read_idx(file, dimensions)
        except DamagedFile as error:
            expect(str(file) in str(error), error)
            continue
        expect(values.dim() == dimensions and values.element_size() == 1, values.shape)
