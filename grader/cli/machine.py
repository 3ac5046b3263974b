"""The conditions of a grading on this machine: tier, device and the course secret."""

from __future__ import annotations

import os
from pathlib import Path

from grader.box.devices.gpus import NoSuchDevice, Target, target
from grader.box.walls import Tier, WallError, best_tier, default_readable
from grader.box.walls.selftest import AttemptResult, run_selftest
from grader.classroom.conditions import GradingConditions
from grader.cli.console import UsageError, stderr
from grader.course import Course
from grader.files import read_secret

DEFAULT_JOBS = os.cpu_count() or 1
_NO_WALLS = (
    "This machine does not offer the walls of tier T1, so a submission could read, change and end whatever you "
    "can. These attempts were not stopped:\n{findings}\n"
    "To grade without walls all the same, ask for it by name: --tier T0"
)


def choose_device(name: str, share: int = 1) -> Target:
    """Return the device to grade on. Raises UsageError when this machine has none."""
    try:
        return target(name, share)
    except NoSuchDevice as error:
        raise UsageError(str(error)) from None


def choose_conditions(
    course: Course,
    *,
    tier: str | None,
    secret: Path | None,
    device: str,
    gpu_share: int,
    make_secret: bool = True,
) -> GradingConditions:
    """Return the conditions that the options of a command name. Raises UsageError, FilesError."""
    target = choose_device(device, gpu_share)
    walls = choose_tier(course, tier)
    return GradingConditions(course, walls, course_secret(course, secret, make=make_secret), target=target)


def course_secret(course: Course, file: Path | None = None, *, make: bool = True) -> bytes:
    """Return the secret that decides the seeds, from `file` or else the course's; `make` it at first use.

    Raises FilesError, and UsageError if it is missing and may not be made.
    """
    place = file or course.root / ".grader" / "secret"
    if not make and not place.exists():
        raise UsageError(f"there is no secret at {place}: pass the one of the grading with --secret")
    return read_secret(place)


def named_tier(asked: str | None) -> Tier:
    """Return the tier of that name, by default T1, no matter what this machine offers. Raises UsageError."""
    try:
        tier = Tier.parse(asked) if asked else Tier.T1
        tier.require_built()
    except (ValueError, WallError) as error:
        raise UsageError(str(error)) from None
    return tier


def choose_tier(course: Course, asked: str | None) -> str:
    """Return the tier to grade with. Raises UsageError below T1 unless T0 was asked for by name."""
    tier = named_tier(asked)
    if tier is Tier.T0:
        stderr.print("[yellow]Tier T0: submissions run without walls, as you asked.[/]")
        return tier.name
    failed = [f for f in selftest(tier, course) if not f.ok]
    if failed:
        findings = "\n".join(f"  - {f.name}: {f.outcome} {f.detail}" for f in failed)
        raise UsageError(_NO_WALLS.format(findings=findings))
    return tier.name


def selftest(tier: Tier, course: Course | None) -> list[AttemptResult]:
    if best_tier() is Tier.T0:
        return [
            AttemptResult("walls", "allowed", "denied", False, "no Landlock or no seccomp on this system")
        ]
    secrets = [u.reference for u in course.units.values() if u.reference.exists()] if course else []
    secrets += [p for u in course.units.values() for p in u.tests.glob("test_hidden_*.py")] if course else []
    return list(run_selftest(tier, secrets, default_readable()))
