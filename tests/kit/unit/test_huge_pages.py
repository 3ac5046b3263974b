"""Memory that is gathered in huge pages holds what it held, and is gathered when many forks are made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from grader.box import huge_pages

# In a process of its own: this one has so much memory that it takes seconds.
_GATHERED = """
import mmap, runpy
from pathlib import Path
with mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
    written = bytes(range(256)) * (32 << 12)
    memory.write(written)
    runpy.run_path("grader/box/huge_pages.py")["gather_in_huge_pages"]()
    assert memory[:] == written
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    print(sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages:")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this call")
def test_memory_comes_to_lie_in_huge_pages_and_stays_as_it_was() -> None:
    release = Path("/proc/sys/kernel/osrelease").read_text().split(".")
    if (int(release[0]), int(release[1])) < (6, 1) or not Path(
        "/sys/kernel/mm/transparent_hugepage"
    ).exists():
        pytest.skip("this kernel can't")
    done = subprocess.run(
        [sys.executable, "-c", _GATHERED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) >= 16 << 10, "kilobytes, of 32 MB"


def test_many_forks_have_it_gathered_now_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(huge_pages, "gather_in_huge_pages", lambda: calls.append(None))
    count = huge_pages.ForkCount()
    so_far = []
    for _ in range(1200):
        count.one_more()
        so_far.append(len(calls))
    assert [so_far.index(n) + 1 for n in (1, 2)] == [64, 1088] and so_far[-1] == 2
