"""The author's commands: how good a suite is, and where thresholds come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.cli.console import UsageError, progress_bar
from grader.cli.machine import choose_device, choose_tier
from grader.course import Course
from grader.files import as_json, write_atomically


def audit(
    course: Course,
    unit: str | None,
    seeds: int,
    chaff_seeds: int,
    jobs: int,
    focused: bool,
    out: Path,
    *,
    device: str = "cpu",
    gpu_share: int = 1,
) -> int:
    """Audit the units, print and write the results; 1 when a suite or a variant has to be mended."""
    from grader.authoring.audit import audit_units

    units = [course.unit(unit)] if unit else list(course.units.values())
    on = choose_device(device, gpu_share)
    tier = choose_tier(course, None)
    with progress_bar("auditing") as advance:
        audits = audit_units(
            course,
            units,
            seeds=seeds,
            chaff_seeds=chaff_seeds,
            jobs=jobs,
            tier=tier,
            focused=focused,
            target=on,
            progress=advance,
        )
    problems = 0
    for a in audits:
        result = a.as_json()
        write_atomically(out / f"{a.unit.name}.json", as_json(result))
        _print_audit(result)
        problems += len(result["problems"])
    print(f"Kill matrices: {out}")
    return 1 if problems else 0


def calibrate(course: Course, unit: str, dataset: str, device: str, runs: int, jobs: int) -> int:
    """Write the thresholds that the answer key's runs lead to, and print them."""
    from grader.authoring.audit.calibrate import calibrate, failing_at_most
    from grader.course.datasets import DatasetError

    try:
        with progress_bar("calibrating") as advance:
            found = calibrate(
                course,
                course.unit(unit),
                dataset=dataset,
                device=device,
                runs=runs,
                jobs=jobs,
                progress=advance,
            )
    except (DatasetError, ValueError) as error:
        raise UsageError(str(error)) from None
    for name, goal in found.items():
        most = failing_at_most(goal.below, runs)
        print(
            f"{name:28} {goal.accuracy:.2f}; the answer key stayed below in {goal.below} of {runs} runs "
            f"(at most {most:.1%}, with 99.9 % confidence); its worst: {goal.lowest:.4f}"
        )
    return 0


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
    print(
        f"{result['unit']}: {len(result['wheats'])} wheats in {result['wheat_runs']} runs, {len(chaffs)} chaffs"
    )
    print(f"  median CPU seconds a grading: {json.dumps(result['cpu_seconds'])}")
    if "kill_matrix" in result:
        print(f"  {len(result['smallest_killers'])} tests suffice to kill every chaff")
        pairs = len(result["twins"])
        print(f"  {pairs} pairs of chaffs fail the very same tests (a place to look; see the JSON)")
    for problem in dict.fromkeys(result["problems"]):
        print(f"  PROBLEM: {problem}")
    if not result["problems"]:
        print("  clean")
