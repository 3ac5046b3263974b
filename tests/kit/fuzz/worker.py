"""One target in a process of its own: `python -m fuzz.worker NAME FOLDER SECONDS`, with libFuzzer's words on stderr.

It goes on after what it has found, so that one fault does not hide another: of the inputs that end at the same line in
the same way, the shortest is kept in FOLDER/found. What hangs, or takes too much memory, ends it; libFuzzer keeps that
input there as well.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

SLOW = 3.0  # CPU seconds for one input, in a process that counts each branch
HANGS = 30  # seconds after which libFuzzer ends the process
MEGABYTES = 2048
LONGEST = 20_000  # bytes of an input
_SEEDS = 60
_COUNTED = ["grader", "fuzz.targets", "zipfile", "tarfile", "json", "csv", "pickle"]


def main() -> None:
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    with atheris.instrument_imports(include=_COUNTED):
        from fuzz import target
    with atheris.instrument_imports(include=_COUNTED):
        fuzzed = target(name)
    from fuzz.drawing import drawn

    corpus, found = folder / "corpus", folder / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(drawn(fuzzed.inputs, _SEEDS)):
        (corpus / f"drawn-{number}").write_bytes(data)
    options = [f"-max_total_time={seconds:.0f}", f"-timeout={HANGS}", f"-rss_limit_mb={MEGABYTES}"]
    options += [
        f"-max_len={LONGEST}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
        "-close_fd_mask=1",
    ]
    atheris.Setup(
        [sys.argv[0], *options, str(corpus)], _Collector(fuzzed.run, found), enable_python_coverage=True
    )
    atheris.Fuzz()


class _Collector:
    """Runs the target on inputs, and keeps those at which it raises, or takes long."""

    def __init__(self, run: Callable[[bytes], None], found: Path) -> None:
        self._run = run
        self._found = found

    def __call__(self, data: bytes) -> None:
        started = time.process_time()
        try:
            self._run(data)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._keep(place_of(error), data, "".join(traceback.format_exception(error)))
        if (seconds := time.process_time() - started) > SLOW:
            self._keep("slow", data, f"{seconds:.1f} s for {len(data)} bytes\n")

    def _keep(self, where: str, data: bytes, why: str) -> None:
        file = self._found / where
        if not file.exists() or file.stat().st_size > len(data):
            file.write_bytes(data)
            file.with_suffix(".txt").write_text(why[-20_000:], encoding="utf-8", errors="backslashreplace")


def place_of(error: BaseException) -> str:
    """Return a file name that is the same for errors of a kind that come out of one line of the kit."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "/grader/" in f.filename or "/fuzz/" in f.filename
    ]
    frame = frames[min(2, len(frames) - 1)] if isinstance(error, RecursionError) else frames[-1]
    return f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"


if __name__ == "__main__":
    main()
