"""Inputs run again: one, to see what it does, or all of a target's, over and over, to see whether the process grows.

python -m fuzz.replay NAME FILE...          what each file does
python -m fuzz.replay NAME --grows FOLDER   the kilobytes by which a pass over all files of the folder lets it grow
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
import warnings
from itertools import pairwise
from pathlib import Path

from fuzz import Target, target

_WARM, _COUNTED = 2, 5  # passes


def growth(fuzzed: Target, inputs: list[bytes]) -> float:
    """Return the kilobytes that a pass over the inputs leaves behind: the median, for a heap also grows by a jump."""
    for _ in range(_WARM):
        _pass(fuzzed, inputs)
    held = [_private()]
    for _ in range(_COUNTED):
        _pass(fuzzed, inputs)
        held.append(_private())
    return statistics.median(after - before for before, after in pairwise(held))


def _pass(fuzzed: Target, inputs: list[bytes]) -> None:
    for data in inputs:
        try:
            fuzzed.run(data)
        except Exception:  # told by whoever fuzzes
            continue
    gc.collect()


def _private() -> int:
    """Return the kilobytes that are this process's own."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


def main() -> None:
    name, *files = sys.argv[1:]
    fuzzed = target(name)
    warnings.simplefilter("ignore")
    if files[0] == "--grows":
        print(f"{growth(fuzzed, [file.read_bytes() for file in sorted(Path(files[1]).iterdir())]):.0f}")
        return
    for file in files:
        started = time.process_time()
        fuzzed.run(Path(file).read_bytes())
        print(f"{file}: read or refused, {time.process_time() - started:.2f} s")


if __name__ == "__main__":
    main()
