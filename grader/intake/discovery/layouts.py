"""Layouts and names of downloads from course systems, of clones and of students' own folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.intake.submission.helpers import entries, is_cruft, is_file, is_folder

Units = Mapping[str, str]  # the unit's name → its module's, in the course's order
SOURCES = (".py", ".ipynb")
GRADEABLE = frozenset({*SOURCES, ".zip"})
OTHER_ARCHIVES = {".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"}

_CANVAS = re.compile(
    r"(?P<student>[^_]+)_(?:(?P<late>late)_)?(?P<number>\d+)_\d+_(?P<name>.+)", re.IGNORECASE | re.DOTALL
)
_MOODLE = re.compile(
    r"(?P<student>.+?)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<name>.*)", re.DOTALL
)
_ATTEMPT = re.compile(r"(?P<stem>.+)-(?P<attempt>\d{1,3})", re.DOTALL)
_NOT_STUDENTS = {"assignments", "reference", "tests", "grader"}  # folders of the course itself
_WORDS = re.compile(r"[^\W\d_]+")
_DECORATION = re.compile(
    "answers?|assignment|chapter|copy|ex|exercise|final|hw|homework|kopie|lab|lesson|my|new|notebook|part|"
    "solutions?|solved|submission|task|unit|v"
)
_MAX_DEPTH = 6


@dataclass(frozen=True)
class Who:
    """The student that a file or folder is from, as far as its name says.

    `labels`: the student's name first, then other readings of it, which only a roster can decide on.
    `number`: distinguishes two students of the same name. `upload`: the name that the student gave the
    file, and Canvas's count of resubmissions, the newest being the largest.
    """

    labels: tuple[str, ...]
    number: str = ""
    system: Literal["", "canvas", "moodle"] = ""
    late: bool = False
    upload: tuple[str, int] | None = None


def parse_upload(name: str) -> tuple[Who, str, str] | None:
    """Return (student, the file's own stem, its suffix) from a file name made by Canvas or Moodle, else None."""
    if found := _MOODLE.fullmatch(name):
        original = Path(found["name"])
        who = Who((found["student"].strip(),), found["number"], "moodle")
        return who, original.stem, original.suffix.lower()
    if found := _CANVAS.fullmatch(name):
        original = Path(found["name"])
        suffix = original.suffix.lower()
        again = _ATTEMPT.fullmatch(original.stem)
        stem, attempt = (again["stem"], int(again["attempt"])) if again else (original.stem, 0)
        upload = (f"{stem.casefold()}{suffix}", attempt)
        return Who((found["student"],), found["number"], "canvas", bool(found["late"]), upload), stem, suffix
    return None


def parse_moodle_folder(name: str) -> tuple[Who, str] | None:
    """Return (student, 'file' or 'onlinetext') from the name of a folder in a Moodle download, else None."""
    if (found := _MOODLE.fullmatch(name)) and not found["name"]:
        return Who((found["student"].strip(),), found["number"], "moodle"), found["plugin"]
    return None


def unit_of(stem: str, units: Units) -> str | None:
    """Return the unit with `stem` as its own or its module's name; case does not count."""
    stem = stem.casefold()
    return next((u for u, module in units.items() if stem in (u.casefold(), module.casefold())), None)


def unit_meant(stem: str, units: Units, student: str) -> str | None:
    """Return the only unit that a name such as `hw1_softmax_final (2)` or `data-loader-ada` can mean, else None.

    student: whose file it is: a part of that name says nothing about the unit
    """
    if exact := unit_of(stem, units):
        return exact
    said = _WORDS.findall(stem.casefold())
    own = _WORDS.findall(student.casefold())
    telling = [word for word in said if word not in own and not _DECORATION.fullmatch(word)]
    left = {"".join(said), "".join(telling)}
    meant = [
        unit
        for unit, module in units.items()
        if left & {module.casefold(), module.casefold().replace("_", "")}
    ]
    return meant[0] if len(meant) == 1 else None


def places_of(folder: Path, unit: str) -> tuple[Path, ...]:
    """Return where a student's folder is expected to have the unit's module."""
    return folder, folder / unit, folder / "assignments" / unit


def is_students(folder: Path, units: Units) -> bool:
    """Return True if a folder is one student's: it holds a unit's module (or notebook, or zip) in its place.

    The file may have the unit's own name. A place that can't be read holds nothing.
    """
    if _holds(folder, {name for unit in units.items() for name in unit}):
        return True
    return any(_holds(place, names) for names in units.items() for place in places_of(folder, names[0])[1:])


def _holds(place: Path, names: Iterable[str]) -> bool:
    """Return True if a folder holds a file that may be graded and has one of the names; it is listed once."""
    folded = {name.casefold() for name in names}
    return any(
        file.stem.casefold() in folded and file.suffix.lower() in GRADEABLE and not is_folder(file)
        for file in entries(place)
    )


def looks_like_students(folder: Path, units: Units) -> list[Path]:
    """Return the folders right inside `folder` that are students', not units' or the course's own."""
    return [
        child
        for child in entries(folder)
        if is_folder(child)
        and not child.is_symlink()
        and child.name not in units
        and child.name not in _NOT_STUDENTS
        and is_students(child, units)
    ]


def inner_students(folder: Path, units: Units) -> list[Path]:
    """Return the outermost folders, at any depth inside `folder`, that are one student's each."""
    found: list[Path] = []
    for here, folders, _ in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(f for f in folders if not is_cruft(f) and f not in _NOT_STUDENTS)
        students = [f for f in folders if is_students(Path(here, f), units)]
        found += [Path(here, f) for f in students]
        folders[:] = [f for f in folders if f not in students] if depth < _MAX_DEPTH else []
    return found


def student_folder_of(folder: Path, units: Units) -> Path:
    """Return the student's folder that a unit's folder is in: alice for alice/assignments/01_softmax."""
    while (folder.name in units or folder.name == "assignments") and folder.parent != folder:
        folder = folder.parent
    return folder


def walk(folder: Path, *, course_too: bool = False) -> Iterator[Path]:
    """Yield all files below `folder` in a fixed order, without cruft; links to folders are not entered.

    Folders named like the course's own tests and reference are passed over unless `course_too`.
    """
    for here, folders, files in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        skipped = set() if course_too else _NOT_STUDENTS - {"assignments"}
        folders[:] = sorted(f for f in folders if not is_cruft(f) and f not in skipped)
        if depth >= _MAX_DEPTH:
            folders[:] = []
        yield from (Path(here, f) for f in sorted(files) if not is_cruft(f))


def is_nbgrader_course(folder: Path) -> bool:
    """Return True if nbgrader has its folders here; `submitted` may still be missing."""
    source, release, submitted = (is_folder(folder / step) for step in ("source", "release", "submitted"))
    return (
        (folder / "nbgrader_config.py").is_file()
        or (source and (release or submitted))
        or (submitted and any(folder.glob("*.db")))
    )


def is_clone(folder: Path, units: Units) -> bool:
    """Return True if a folder is a clone of a repository that holds the course's assignments."""
    git = folder / ".git"  # a file in a submodule
    return is_folder(git) or is_file(git) or any(is_folder(folder / "assignments" / unit) for unit in units)


def clone_prefix(names: Iterable[str]) -> str:
    """Return the common start, up to a hyphen, of the names of at least two clones, `<assignment>-<login>`."""
    names = list(names)
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)  # what these two share, all share
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[: first.rfind("-", 0, same) + 1]


def clone_owner(name: str, prefix: str) -> Who:
    """Return the owner of a clone. Logins may hold hyphens: with a roster, other places to cut can be tried."""
    cuts = [i + 1 for i, letter in enumerate(name) if letter == "-" and 0 < i + 1 < len(name)]
    others = [name[cut:] for cut in cuts if cut != len(prefix)]
    return Who((name[len(prefix) :] or name, *others, name))
