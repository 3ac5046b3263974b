"""`grader audit`: how good a suite is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from grader.cli.console import UsageError, progress_bar
from grader.cli.machine import DEFAULT_JOBS, choose_device, choose_tier
from grader.cli.parameters import Device, GpuShare, Jobs, UnitName
from grader.course import find_course
from grader.files import as_json, write_atomically


def audit(
    unit: UnitName = None,
    seeds: Annotated[int, typer.Option(min=1, help="under how many seeds the wheats have to pass")] = 3,
    chaff_seeds: Annotated[int, typer.Option(min=1, help="under how many the chaffs have to fail")] = 1,
    jobs: Jobs = DEFAULT_JOBS,
    focused: Annotated[
        bool,
        typer.Option(
            "--focused",
            help="faster: a chaff is done with when a test has noticed it, the others train once",
        ),
    ] = False,
    skip: Annotated[list[str] | None, typer.Option(help="leave out this unit; may be given again")] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="a sample of each unit, always the same; --focused, and one seed"),
    ] = False,
    out: Annotated[Path, typer.Option(help="folder for kill matrices")] = Path("audit"),
    device: Device = "cpu",
    gpu_share: GpuShare = 1,
) -> None:
    """Measure a suite: variants have to pass, misconceptions to fail, and what does nothing to earn nothing."""
    from grader.authoring.audit import audit_conditions, audit_units

    course = find_course()
    skipped = [course.unit(name) for name in skip or ()]
    units = [u for u in ([course.unit(unit)] if unit else course.units.values()) if u not in skipped]
    if not units:
        raise UsageError("no unit is left to audit")
    target = choose_device(device, gpu_share)
    if quick:
        focused, seeds, chaff_seeds = True, 1, 1
    conditions = audit_conditions(course, tier=choose_tier(course, None, target.name), target=target)
    with progress_bar("auditing") as advance:
        audits = audit_units(
            conditions,
            units,
            seeds=seeds,
            chaff_seeds=chaff_seeds,
            jobs=jobs,
            focused=focused,
            quick=quick,
            progress=advance,
        )
    problems = 0
    for a in audits:
        result = a.as_json()
        write_atomically(out / f"{a.unit.name}.json", as_json(result))
        _print_audit(result)
        problems += len(result["problems"])
    print(f"Kill matrices: {out}")
    raise typer.Exit(1 if problems else 0)


def _print_audit(result: dict[str, Any]) -> None:
    chaffs = result["chaffs"]
    table = Table(title=f"{result['unit']}: what notices each chaff")
    for column in ("chaff", "root", "band", "failing tests", "one of them"):
        table.add_column(column)
    noticed = result.get("noticed_by", {})
    matrix = result.get("kill_matrix") or {name: [test] if test else [] for name, test in noticed.items()}
    for name, about in chaffs.items():
        tests = matrix[name]
        count = str(len(tests)) if not noticed else "1 is enough" if tests else "0"
        one = tests[0].partition("::")[2] if tests else "—"
        table.add_row(name, about["root"], about["band"], count, one)
    Console(highlight=False, width=140).print(table)
    wheats = _of_all(len(result["wheats"]), result["left_out"]["wheat"])
    print(
        f"{result['unit']}: {wheats} wheats in {result['wheat_runs']} runs, "
        f"{_of_all(len(chaffs), result['left_out']['chaff'])} chaffs, {result['idle']} programs that do nothing"
    )
    print(f"  median CPU seconds a grading: {json.dumps(result['cpu_seconds'])}")
    if "kill_matrix" in result:
        print(f"  {len(result['smallest_killers'])} tests suffice to kill every chaff")
        for name, lost in result["lost_elsewhere"].items():
            where = ", ".join(f"{function} {points}" for function, points in lost.items())
            print(f"  {name} (root {chaffs[name]['root']}) also loses points of {where}")
        pairs = len(result["twins"])
        print(f"  {pairs} pairs of chaffs fail the very same tests (a place to look; see the JSON)")
    for test, why in result["untaped"].items():
        print(f"  {test} draws its examples for every submission, which is slower: {why}")
    for problem in dict.fromkeys(result["problems"]):
        print(f"  PROBLEM: {problem}")
    if not result["problems"]:
        print("  clean")


def _of_all(graded: int, left_out: int) -> str:
    return f"{graded} of {graded + left_out}" if left_out else str(graded)
