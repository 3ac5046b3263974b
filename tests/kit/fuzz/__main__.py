"""Fuzz what reads other people's bytes: `python -m fuzz [--minutes 60] [--jobs 1] [TARGET ...]`, see `make fuzz`.

The minutes are divided among the targets; each runs in a process of its own, with limits of memory and of time for an
input. Corpora stay in .grader/fuzz/TARGET/corpus, so that the next run goes on from there; what was found lies in
found/ beside it, with its traceback. Exits with 1 when something was found, now or earlier: delete what was mended.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fuzz import NAMES

ROOT = Path(__file__).parents[3]
_MEMORY = Path("/dev/shm")
_GROWS = 100.0  # kilobytes a pass over the corpus: less is the allocator's
_PROGRESS = re.compile(r"^#(\d+)\s.*cov: (\d+).*corp: (\d+)/.*rss: (\d+)Mb", re.MULTILINE)
_LEAST = 5.0  # seconds: a start for less is not worth it


@dataclass
class Fuzzed:
    """The result of a target. runs: executions; covered: counted branches; growth: kilobytes a pass over the corpus"""

    name: str
    runs: int = 0
    covered: int = 0
    corpus: int = 0
    megabytes: int = 0
    seconds: float = 0.0
    growth: float = 0.0
    found: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"{self.name:<12}{self.runs:>10}{self.covered:>10}{self.corpus:>8}{self.megabytes:>6}"
            f"{self.seconds:>9.0f}{self.growth:>11.0f}{len(self.found) + len(self.faults):>7}"
        )


HEAD = f"{'target':<12}{'runs':>10}{'branches':>10}{'corpus':>8}{'MB':>6}{'seconds':>9}{'kB a pass':>11}{'found':>7}"


def fuzz(name: str, folder: Path, seconds: float) -> Fuzzed:
    """Fuzz one target for so long. A process that ends early, over what hangs or is too large, is started again."""
    done = Fuzzed(name)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as scratch:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "kit"), str(ROOT)])}
        environment |= {
            "TMPDIR": scratch,
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
        while (left := seconds - (time.monotonic() - began)) > _LEAST:
            command = [sys.executable, "-m", "fuzz.worker", name, str(folder), f"{left:.0f}"]
            ran = subprocess.run(
                command, env=environment, cwd=ROOT, capture_output=True, text=True, errors="replace"
            )
            told = _PROGRESS.findall(ran.stderr)
            if not told:
                done.faults.append(f"it did not run: {ran.stderr[-1500:]}")
                break
            runs, done.covered, done.corpus, done.megabytes = map(int, told[-1])
            done.runs += runs
        done.seconds = time.monotonic() - began
        replayed = subprocess.run(
            [sys.executable, "-m", "fuzz.replay", name, "--grows", str(folder / "corpus")],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    done.growth = float(replayed.stdout or "nan")
    if not done.growth < _GROWS:
        done.faults.append(
            f"it grows by {done.growth:.0f} kB with each pass over its corpus {replayed.stderr[-500:]}"
        )
    done.found = sorted(file for file in (folder / "found").glob("*") if file.suffix != ".txt")
    return done


def told(done: Fuzzed) -> None:
    """Print what was found, with the command that runs it again."""
    for fault in done.faults:
        print(f"\n{done.name}: {fault}")
    for file in done.found:
        why = file.with_suffix(".txt")
        last = (
            why.read_text(encoding="utf-8").strip().splitlines()[-1:]
            if why.exists()
            else ["it hangs, or is too large"]
        )
        again = f"PYTHONPATH=tests/kit {Path(sys.executable)} -m fuzz.replay {done.name} {file}"
        print(f"\n{done.name}: {last[0][:300]}\n    {file.stat().st_size} bytes, run it again: {again}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--minutes", type=float, default=60.0, help="of all targets together, times the jobs")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--out", type=Path, default=ROOT / ".grader" / "fuzz")
    parser.add_argument("--anew", action="store_true", help="forget what earlier runs have kept")
    options = parser.parse_args()
    names = options.targets or list(NAMES)
    if unknown := set(names) - set(NAMES):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if options.anew:
        for name in names:
            shutil.rmtree(options.out / name, ignore_errors=True)
    seconds = options.minutes * 60 * options.jobs / len(names)
    if seconds < 2 * _LEAST:
        parser.error(f"that is {seconds:.1f} seconds for each of {len(names)} targets: give more minutes")
    print(f"{len(names)} targets, {seconds:.0f} seconds each\n{HEAD}", flush=True)
    results = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in pool.map(lambda name: fuzz(name, options.out / name, seconds), names):
            print(done.line(), flush=True)
            results.append(done)
    for done in results:
        told(done)
    total = sum(len(done.found) + len(done.faults) for done in results)
    print(f"\n{sum(done.runs for done in results)} runs, {total or 'nothing'} found")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
