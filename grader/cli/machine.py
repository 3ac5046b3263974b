"""The conditions of a grading on this machine: tier, device and the course secret."""

from __future__ import annotations

import os
from pathlib import Path

from grader.box.devices.gpus import NoSuchDevice, Target, target
from grader.box.walls import Tier, default_readable, offers_walls
from grader.box.walls.selftest import AttemptResult, run_selftest
from grader.classroom.conditions import GradingConditions
from grader.cli.console import UsageError, stderr
from grader.course import Course
from grader.files import read_secret

DEFAULT_JOBS = os.cpu_count() or 1
_NO_WALLS = (
    "This machine does not offer the walls of tier {tier}, so a submission could do more than it may. These attempts "
    "did not end as they have to:\n{findings}\n{other}"
)
_STRONGEST = "Without --tier, the strongest tier is taken that this machine offers."
_OTHER = {
    "T1": "To grade without walls all the same, so that a submission reads, changes and ends whatever you can, ask by "
    "name: --tier T0",
    "T2": _STRONGEST,
    "T3": _STRONGEST,
}
_TIERS = (Tier.T3, Tier.T2, Tier.T1)  # the strongest first
WALLED_DEVICES = ("cpu", "pretend")  # that T2 and T3 were tried with


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
    walls = choose_tier(course, tier, device)
    return GradingConditions(course, walls, course_secret(course, secret, make=make_secret), target=target)


def course_secret(course: Course, file: Path | None = None, *, make: bool = True) -> bytes:
    """Return the secret that decides the seeds, from `file` or else the course's; `make` it at first use.

    Raises FilesError, and UsageError if it is missing and may not be made.
    """
    place = file or course.root / ".grader" / "secret"
    if not make and not place.exists():
        raise UsageError(f"there is no secret at {place}: pass the one of the grading with --secret")
    return read_secret(place)


def named_tier(asked: str | None) -> Tier | None:
    """Return the tier of that name, no matter what this machine offers; None for none. Raises UsageError."""
    try:
        return Tier.parse(asked) if asked else None
    except ValueError as error:
        raise UsageError(str(error)) from None


def choose_tier(course: Course, asked: str | None, device: str = "cpu") -> str:
    """Return the tier to grade with: the one asked for, or the strongest whose self-test passes here.

    It is said which ones did not. Raises UsageError when the one asked for does not hold, below T1 unless T0 was asked
    for by name, and for a tier that was never tried with the device.
    """
    tier = named_tier(asked)
    if tier is Tier.T0:
        stderr.print("[yellow]Tier T0: submissions run without walls, as you asked.[/]")
        return tier.name
    if tier and tier.apart and device not in WALLED_DEVICES:
        raise UsageError(f"--tier {tier.name} was never tried with --device {device}: use --tier T1")
    weaker = _TIERS if device in WALLED_DEVICES else (Tier.T1,)
    missed: list[str] = []
    for candidate in (tier,) if tier else weaker:
        failed = [f for f in selftest(candidate, course) if not f.ok]
        if not failed:
            for line in missed:
                stderr.print(line, style="dim", markup=False, highlight=False)
            return candidate.name
        missed.append(f"Not at tier {candidate.name}: {failed[0].name}: {failed[0].detail}")
    findings = "\n".join(f"  - {f.name}: {f.outcome} {f.detail}" for f in failed)
    asked_for = (tier or Tier.T1).name
    raise UsageError(_NO_WALLS.format(tier=asked_for, findings=findings, other=_OTHER[asked_for]))


def selftest(tier: Tier, course: Course | None) -> list[AttemptResult]:
    if not offers_walls():
        return [
            AttemptResult("walls", "allowed", "denied", False, "no Landlock or no seccomp on this system")
        ]
    secrets = [u.reference for u in course.units.values() if u.reference.exists()] if course else []
    secrets += [p for u in course.units.values() for p in u.tests.glob("test_hidden_*.py")] if course else []
    return list(run_selftest(tier, secrets, default_readable()))
