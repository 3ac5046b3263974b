"""Units: one folder name in three trees, described by tests/NN_name/unit.toml.

A unit whose unit.toml says `draft = true` is not finished: it is neither graded nor released nor audited, unless its
author sets the environment variable GRADER_DRAFTS.
"""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from grader.course import rubrics, thresholds
from grader.course.errors import CourseError
from grader.course.schema import convert, did_you_mean, read_toml

UNIT_FOLDER = re.compile(r"\d\d_[a-z0-9_]+")
UNIT_FILE = "unit.toml"
Kind = Literal["any", "tensor", "number", "int", "pair", "numbers"]
Band = Literal["core", "robust", "stretch"]
BANDS = get_args(Band)
# Attributes of suite.Student: in a test, `student.run` would not be the submission's function of that name.
RESERVED_NAMES = frozenset({"device", "quick", "raises", "run"})

Text = Annotated[str, msgspec.Meta(min_length=1, description="a text that is not empty")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e9, description="a number of seconds above 0")]
Megabytes = Annotated[int, msgspec.Meta(ge=1, description="a whole number of megabytes above 0")]


class FunctionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table [functions.NAME] of unit.toml.

    uses: functions of the unit that it may call, so that they may break it
    """

    uses: tuple[Text, ...] = ()
    returns: Kind = "any"
    band: Band = "core"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The resources of a submission. CPU counts all threads; memory counts above the warm interpreter's.

    gpu_memory_mb: on a GPU, of its own memory
    """

    test_cpu_seconds: Seconds = 5.0
    submission_cpu_seconds: Seconds = 60.0
    memory_mb: Megabytes = 1024
    gpu_memory_mb: Megabytes = 4096


class UnitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of unit.toml."""

    title: Text
    module: Text
    functions: Annotated[
        dict[str, FunctionSettings],
        msgspec.Meta(min_length=1, description="at least one table [functions.NAME]"),
    ]
    forbidden: tuple[Text, ...] = ()
    limits: Limits = Limits()
    draft: bool = False
    depends_on: tuple[Text, ...] = ()
    unreadable: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Function:
    """One name of the unit's contract. For the other fields see FunctionSettings."""

    name: str
    uses: tuple[str, ...] = ()
    returns: Kind = "any"
    band: Band = "core"


@dataclass(frozen=True)
class Unit:
    """A unit of the course, `name` being its folder's name, such as 01_softmax.

    forbidden:  fnmatch patterns for the dotted places of definition of what the submission may not call
    depends_on: units whose modules the submission imports, as the same student wrote them
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
    depends_on: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def tests(self) -> Path:
        return self.course / "tests" / self.name

    @property
    def probes(self) -> Path:
        """The file that load_module takes: probes.py, or the __init__.py of the package probes/."""
        package = self.tests / "probes" / "__init__.py"
        return package if package.exists() else self.tests / "probes.py"

    @property
    def probe_files(self) -> list[Path]:
        """Every file of the probes; empty for a unit without probes."""
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
    def reference_dependencies(self) -> tuple[Path, ...]:
        """The folders of the answer keys of the units that it depends on."""
        return tuple(self.course / "reference" / name for name in self.depends_on)

    @property
    def rubrics(self) -> dict[str, rubrics.Question]:
        """Return the unit's rubrics by function, as rubrics.toml has them; empty where there is no such file.

        Raise CourseError, naming the file, for what the schema doesn't allow.
        """
        file = self.tests / rubrics.FILE
        return rubrics.convert_rubrics(read_toml(file), file) if file.exists() else {}

    def users_of(self, function: str) -> frozenset[str]:
        """Return the functions that may fail because `function` is wrong: those that use it, however indirectly."""
        users: set[str] = set()
        frontier = {function}
        while frontier:
            frontier = {f.name for f in self.functions.values() if frontier & set(f.uses)} - users
            users |= frontier
        return frozenset(users)


@dataclass(frozen=True)
class Course:
    """A folder with tests/NN_name/ in it, and the rest of the three trees where it is there."""

    root: Path

    @cached_property
    def units(self) -> dict[str, Unit]:
        """All units but drafts, in order. Raise CourseError for files that can't be used."""
        folders = sorted((self.root / "tests").glob(f"[0-9][0-9]_*/{UNIT_FILE}"))
        everything = {f.parent.name: load_unit(f) for f in folders}
        with_drafts = bool(os.environ.get("GRADER_DRAFTS"))
        units = {name: unit for name, unit in everything.items() if with_drafts or not unit.draft}
        for unit in units.values():
            _check_dependencies(unit, units)
        return units

    def unit(self, wanted: str) -> Unit:
        """Return the unit of that name; `softmax` and `01` will do for 01_softmax. Raise CourseError."""
        found = [u for u in self.units.values() if wanted in (u.name, u.module, *u.name.split("_", 1))]
        if len(found) == 1:
            return found[0]
        known = ", ".join(self.units) or "none"
        raise CourseError(f"There is no unit {wanted!r} in {self.root}. Its units: {known}.")


def find_course(start: Path | None = None) -> Course:
    """Return the course that `start` (default: GRADER_COURSE, else the current folder) lies in. Raise CourseError."""
    start = (start or Path(os.environ.get("GRADER_COURSE", "."))).resolve()
    for folder in (start, *start.parents):
        if any((folder / "tests").glob(f"[0-9][0-9]_*/{UNIT_FILE}")):
            return Course(folder)
    raise CourseError(
        f"No course found in {start} or above it: a course is a folder with tests/NN_name/unit.toml. "
        "Run the command inside it, or set GRADER_COURSE to its path."
    )


def load_unit(file: Path) -> Unit:
    """Return the unit that a unit.toml describes, its rubrics and thresholds checked as well.

    Raise CourseError, naming the file and the key, for what the schemas don't allow.
    """
    settings = convert(read_toml(file), UnitSettings, file=file)
    folder = file.parent
    if not UNIT_FOLDER.fullmatch(folder.name):
        raise CourseError(f"{folder}: a unit's folder has a name such as 01_softmax, in small letters")
    _check_name(settings.module, file, "module")
    for name, function in settings.functions.items():
        _check_function(name, function, settings, file)
    unit = Unit(
        name=folder.name,
        course=folder.parent.parent,
        title=settings.title,
        module=settings.module,
        forbidden=settings.forbidden,
        limits=settings.limits,
        functions={name: Function(name, f.uses, f.returns, f.band) for name, f in settings.functions.items()},
        draft=settings.draft,
        depends_on=settings.depends_on,
        unreadable=settings.unreadable,
    )
    _check_functions_of(unit, unit.rubrics, rubrics.FILE)
    goals = thresholds.read_thresholds(unit.tests / thresholds.FILE)
    named = [
        name.partition(".")[0] for devices in goals.values() for table in devices.values() for name in table
    ]
    _check_functions_of(unit, named, thresholds.FILE)
    return unit


def _check_function(name: str, function: FunctionSettings, settings: UnitSettings, file: Path) -> None:
    key = f"functions.{name}"
    _check_name(name, file, key)
    if name.startswith("_") or name in RESERVED_NAMES:
        raise CourseError(
            f"{file}: {key}: in a test, student.{name} is something else. Names that begin with _ are "
            f"reserved, and {', '.join(sorted(RESERVED_NAMES))}: choose another"
        )
    for used in function.uses:
        if used == name or used not in settings.functions:
            wrong = "the function itself" if used == name else f"no function of the unit: {used}"
            others = [other for other in settings.functions if other != name]
            raise CourseError(f"{file}: {key}.uses names {wrong}; {did_you_mean(used, others)}")


def _check_name(name: str, file: Path, key: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise CourseError(f"{file}: {key}: {name!r} can't be a name in Python")


def _check_functions_of(unit: Unit, names: Iterable[str], file: str) -> None:
    for name in names:
        if name not in unit.functions:
            raise CourseError(
                f"{unit.tests / file}: the unit has no function {name}; {did_you_mean(name, unit.functions)}"
            )


def _check_dependencies(unit: Unit, units: Mapping[str, Unit]) -> None:
    """Raise CourseError where a unit depends on one that is not there, or on itself, however indirectly."""
    file = unit.tests / UNIT_FILE
    for name in unit.depends_on:
        if name not in units:
            raise CourseError(f"{file}: depends_on names no unit: {name}; {did_you_mean(name, units)}")
    found: set[str] = set()
    frontier = {unit.name}
    while frontier:
        frontier = {name for n in frontier for name in units[n].depends_on if name in units} - found
        found |= frontier
    if unit.name in found:
        raise CourseError(f"{file}: depends_on leads back to {unit.name} itself")
