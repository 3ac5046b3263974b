"""`grader doctor`: show what this machine offers."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from rich.console import Console
from rich.table import Table

from grader.box.devices.gpus import look
from grader.box.walls import Tier
from grader.box.walls.selftest import AttemptResult
from grader.cli.machine import selftest


def doctor() -> None:
    """What this machine offers: walls, versions, a GPU."""
    from grader.records.fingerprint import versions

    for name, version in versions().items():
        print(f"{name:<12} {version}")
    found = {tier: selftest(tier, None) for tier in (Tier.T3, Tier.T2, Tier.T1)}
    holding = [tier for tier, results in found.items() if all(r.ok for r in results)]
    best = holding[0] if holding else Tier.T0
    shown = best if holding else Tier.T1
    _show(shown, found[shown])
    print(f"Best tier here: {best.name}.")
    for tier, results in found.items():
        if failed := [r for r in results if not r.ok]:
            print(f"Not {tier.name}: {failed[0].name}: {failed[0].detail}")
    for line in _gpus():
        print(line)
    raise typer.Exit(0 if holding else 1)


def _show(tier: Tier, results: list[AttemptResult]) -> None:
    table = Table(title=f"Tier {tier.name}: {tier.description}")
    for column in ("attempt from inside", "has to be", "was", ""):
        table.add_column(column)
    for r in results:
        table.add_row(r.name, r.expected, r.outcome, "ok" if r.ok else f"NOT OK: {r.detail}")
    Console(highlight=False).print(table)


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
