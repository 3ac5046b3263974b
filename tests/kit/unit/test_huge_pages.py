"""Memory that is gathered in huge pages holds what it held, and is gathered when many forks are made."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.box import huge_pages


def test_what_is_gathered_stays_as_it_was() -> None:
    numbers = np.arange(2**21)  # 16 MB, of pages of its own
    huge_pages.gather_in_huge_pages()
    assert (numbers == np.arange(2**21)).all()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this call")
def test_memory_comes_to_lie_in_huge_pages() -> None:
    release = Path("/proc/sys/kernel/osrelease").read_text().split(".")
    if (int(release[0]), int(release[1])) < (6, 1) or not Path(
        "/sys/kernel/mm/transparent_hugepage"
    ).exists():
        pytest.skip("this kernel can't")
    with mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.write(bytes(64 << 20))
        huge_pages.gather_in_huge_pages()
        assert _huge_kilobytes() >= 32 << 10


def test_many_forks_have_it_gathered_now_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(huge_pages, "gather_in_huge_pages", lambda: calls.append(None))
    count = huge_pages.ForkCount()
    so_far = []
    for _ in range(600):
        count.one_more()
        so_far.append(len(calls))
    assert [so_far.index(n) + 1 for n in (1, 2, 3)] == [16, 272, 528] and so_far[-1] == 3


def _huge_kilobytes() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages:"))
