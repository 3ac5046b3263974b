"""Find the file of `--submission` for a unit, and open a box on it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from grader.box.direct import DirectBox
from grader.course import Unit
from grader.intake.submission.choice import importable, own_file
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import HomeRule
from grader.options import DEFAULT_SUBMISSION
from grader.suite.plugin.stash import COURSE


def direct_box(config: pytest.Config, unit: Unit, *, alone: bool = False) -> DirectBox:
    """Return the box of the unit's submission. alone: True in a process that nobody debugs."""
    file = submission_file(unit, config)
    unreadable = ""
    path: Path = file
    helpers: tuple[Path, ...] = ()
    dependencies: tuple[Path, ...] = ()
    try:
        path, helpers = importable(file, unit.module, unit.functions)
        dependencies = dependencies_of(file, unit, config)
    except SubmissionError as error:
        unreadable = str(error)
    debugging = config.getoption("usepdb", False) or config.getoption("trace", False)
    limit = None if debugging else unit.limits.test_cpu_seconds
    return DirectBox(
        path,
        unit.probes,
        unit.forbidden,
        cpu_seconds=limit,
        dependencies=(*dependencies, *helpers),
        device=config.getoption("--device"),
        unreadable=unreadable,
        alone=alone,
        passes_over=_rule(file, unit, config).passes_over,
    )


def _rule(file: Path, unit: Unit, config: pytest.Config) -> HomeRule:
    """Return which files beside the work for `unit` it may import, the same as when it is graded."""
    return HomeRule(file.parent, unit.module, others_of(unit, config.stash[COURSE].units.values()))


def others_of(unit: Unit, units: Iterable[Unit]) -> frozenset[str]:
    """Return the names and modules of all units but this one and those that it builds on: no helper is called so."""
    own = (unit.name, *unit.depends_on)
    return frozenset(name for u in units if u.name not in own for name in (u.name, u.module))


def dependencies_of(module: Path, unit: Unit, config: pytest.Config) -> tuple[Path, ...]:
    """Return the folders with the modules that `unit` depends on: beside its own, or where --submission has them.

    A module that lies by itself, such as an author's variant, gets the answer keys, if they are here.
    """
    given = Path(config.getoption("--submission"))
    if given.is_file() and not any((module.parent.parent / name).is_dir() for name in unit.depends_on):
        return tuple(f for f in unit.reference_dependencies if f.is_dir())
    folders: list[Path] = []
    for name in unit.depends_on:
        other = config.stash[COURSE].units[name]
        beside = module.parent.parent / name
        file = (
            own_file(beside / f"{other.module}.py")
            if beside.is_dir()
            else submission_path(given, other, config)
        )
        path, helpers = importable(file, other.module, other.functions)
        folders += [path.parent, *helpers]
    return tuple(dict.fromkeys(folders))


def submission_file(unit: Unit, config: pytest.Config) -> Path:
    """Return the file of the unit's submission that pytest was started with."""
    return submission_path(Path(config.getoption("--submission")), unit, config)


def submission_path(given: Path, unit: Unit, config: pytest.Config) -> Path:
    """Return the file with the work for `unit` in the path of --submission: its module, or its notebook."""
    base = existing(given, config)
    if base.is_file():
        return base.resolve()
    name = f"{unit.module}.py"
    candidates = (base / unit.name / name, base / "assignments" / unit.name / name, base / name)
    return next((f for p in candidates if (f := own_file(p)).exists()), candidates[0]).resolve()


def existing(given: Path, config: pytest.Config) -> Path:
    base = given if given.exists() else config.rootpath / given
    if not base.exists() and str(given) != DEFAULT_SUBMISSION:
        raise pytest.UsageError(f"--submission: there is no {given}")
    return base
