"""`grader doctor`: show what this machine offers."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from rich.console import Console
from rich.table import Table

from grader.box.devices.gpus import look
from grader.box.walls import Tier
from grader.cli.machine import selftest


def doctor() -> None:
    """What this machine offers: walls, versions, a GPU."""
    from grader.records.fingerprint import versions

    for name, version in versions().items():
        print(f"{name:<12} {version}")
    findings = selftest(Tier.T1, None)
    table = Table(title=f"Tier T1: {Tier.T1.description}")
    for column in ("attempt from inside", "has to be", "was", ""):
        table.add_column(column)
    for f in findings:
        table.add_row(f.name, f.expected, f.outcome, "ok" if f.ok else f"NOT OK: {f.detail}")
    Console(highlight=False).print(table)
    stands = all(f.ok for f in findings)
    print(f"Best tier here: {'T1' if stands else 'T0'}. T2 and T3 are not built yet.")
    for line in _gpus():
        print(line)
    raise typer.Exit(0 if stands else 1)


def _gpus() -> Iterator[str]:
    """Yield what `--device` may name here, in words."""
    found = look()
    if found.trouble:
        yield f"GPU: {found.trouble}"
    for k, gpu in enumerate(found.gpus):
        yield (
            f"GPU {k}: {gpu.name}, {gpu.memory / 2**30:.0f} GiB; CUDA {found.cuda}, driver {found.driver or '?'} "
            "(--device cuda; behind the walls never tried by us)"
        )
    if not found.gpus and not found.trouble:
        yield f"GPU: none{'' if found.cuda else ', and this torch is built for CPUs alone'}"
    yield f"mps: {'there (never tried by us)' if found.mps else 'none'}"
