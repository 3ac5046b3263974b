"""Units: one folder name in three trees, described by tests/NN_name/unit.toml.

A unit whose unit.toml says `draft = true` is not finished: it is neither graded nor released nor audited, unless the
environment variable GRADER_DRAFTS is set, by which its author works on it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

UNIT_FOLDER = re.compile(r"\d\d_[a-z0-9_]+")
KINDS = ("any", "tensor", "number", "int", "pair", "numbers")
BANDS = ("core", "robust", "stretch")
# Attributes of grader.suite.Student: a unit's function of such a name could not be called through it.
RESERVED_NAMES = ("device", "quick", "raises", "run")


class CourseError(Exception):
    """Something about the course's own files is not as it has to be. The text says what to do."""


@dataclass(frozen=True)
class Function:
    """One name of the unit's contract."""

    name: str
    uses: tuple[str, ...] = ()  # functions of the unit that it may call, so that may break it
    returns: str = "any"  # one of KINDS
    band: str = "core"


@dataclass(frozen=True)
class Limits:
    """What a submission may use. CPU counts all threads; memory counts above the warm interpreter's.

    gpu_memory_mb: on a GPU, of its own memory
    """

    test_cpu_seconds: float = 5.0
    submission_cpu_seconds: float = 60.0
    memory_mb: int = 1024
    gpu_memory_mb: int = 4096


@dataclass(frozen=True)
class Unit:
    """A unit of the course, `name` being its folder's name, such as 01_softmax.

    joins:      units whose modules the submission imports, by the student's own hand
    unreadable: installed packages whose files its box must not read: they hold the answers to the tests' data
    """

    name: str
    course: Path
    title: str
    module: str
    forbidden: tuple[str, ...]
    limits: Limits
    functions: Mapping[str, Function] = field(hash=False)
    draft: bool = False
    joins: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def tests(self) -> Path:
        return self.course / "tests" / self.name

    @property
    def probes(self) -> Path:
        """What load_module takes: the file of the probes, or the __init__.py of the package probes/."""
        package = self.tests / "probes" / "__init__.py"
        return package if package.exists() else self.tests / "probes.py"

    @property
    def probe_files(self) -> list[Path]:
        """Every file of the probes, which many a unit has none of."""
        if self.probes.name == "__init__.py":
            return sorted(self.probes.parent.rglob("*.py"))
        return [self.probes] if self.probes.exists() else []

    @property
    def support_files(self) -> list[Path]:
        """The files that the unit's tests share: support/, of which hidden_*.py belongs to hidden tests."""
        return sorted((self.tests / "support").rglob("*.py"))

    @property
    def stub(self) -> Path:
        return self.course / "assignments" / self.name / f"{self.module}.py"

    @property
    def handout(self) -> Path:
        return self.stub.parent / "README.md"

    @property
    def reference(self) -> Path:
        return self.course / "reference" / self.name / f"{self.module}.py"

    @property
    def reference_joined(self) -> tuple[Path, ...]:
        """Where the answer keys of the units lie that it joins."""
        return tuple(self.course / "reference" / name for name in self.joins)

    def users_of(self, function: str) -> frozenset[str]:
        """The functions that may fail because `function` is wrong: those that use it, however indirectly."""
        users: set[str] = set()
        frontier = {function}
        while frontier:
            frontier = {f.name for f in self.functions.values() if frontier & set(f.uses)} - users
            users |= frontier
        return frozenset(users)


@dataclass(frozen=True)
class Course:
    """A folder with tests/NN_name/ in it, and what else of the three trees is there."""

    root: Path

    @cached_property
    def units(self) -> dict[str, Unit]:
        """All units but drafts, in their order. Raises CourseError for a unit.toml that can't be used."""
        folders = sorted((self.root / "tests").glob("[0-9][0-9]_*/unit.toml"))
        everything = {f.parent.name: load_unit(f) for f in folders}
        for unit in everything.values():
            if missing := set(unit.joins) - set(everything):
                raise CourseError(
                    f"{unit.tests / 'unit.toml'}: joins names no unit: {', '.join(sorted(missing))}"
                )
        with_drafts = bool(os.environ.get("GRADER_DRAFTS"))
        return {name: unit for name, unit in everything.items() if with_drafts or not unit.draft}

    def unit(self, wanted: str) -> Unit:
        """The unit of that name; `softmax` and `01` will do for 01_softmax. Raises CourseError."""
        found = [u for u in self.units.values() if wanted in (u.name, u.module, *u.name.split("_", 1))]
        if len(found) == 1:
            return found[0]
        known = ", ".join(self.units) or "none"
        raise CourseError(f"There is no unit {wanted!r} in {self.root}. Its units: {known}.")


def find_course(start: Path | None = None) -> Course:
    """The course that `start` (default: GRADER_COURSE, else the current folder) lies in. Raises CourseError."""
    start = (start or Path(os.environ.get("GRADER_COURSE", "."))).resolve()
    for folder in (start, *start.parents):
        if any((folder / "tests").glob("[0-9][0-9]_*/unit.toml")):
            return Course(folder)
    raise CourseError(
        f"No course found in {start} or above it: a course is a folder with tests/NN_name/unit.toml. "
        "Run the command inside it, or set GRADER_COURSE to its path."
    )


def load_unit(toml: Path) -> Unit:
    """Read one unit.toml. Raises CourseError, naming the file, for unknown keys and impossible values."""
    try:
        data = tomllib.loads(toml.read_text(encoding="utf-8"))
        return _unit_from(data, toml.parent)
    except (tomllib.TOMLDecodeError, TypeError, ValueError, KeyError) as error:
        raise CourseError(f"{toml}: {error}") from error


def _unit_from(data: dict[str, Any], folder: Path) -> Unit:
    unknown = set(data) - {
        "title",
        "module",
        "forbidden",
        "limits",
        "functions",
        "draft",
        "joins",
        "unreadable",
    }
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    functions = {
        name: Function(name, tuple(table.pop("uses", ())), **table)
        for name, table in data["functions"].items()
    }
    for f in functions.values():
        if f.returns not in KINDS or f.band not in BANDS:
            raise ValueError(f"functions.{f.name}: returns is one of {KINDS}, band one of {BANDS}")
        if missing := set(f.uses) - set(functions):
            raise ValueError(f"functions.{f.name}: uses names no function of the unit: {sorted(missing)}")
    return Unit(
        name=folder.name,
        course=folder.parent.parent,
        title=data["title"],
        module=data["module"],
        forbidden=tuple(data.get("forbidden", ())),
        limits=Limits(**data.get("limits", {})),
        functions=functions,
        draft=bool(data.get("draft", False)),
        joins=tuple(data.get("joins", ())),
        unreadable=tuple(data.get("unreadable", ())),
    )
