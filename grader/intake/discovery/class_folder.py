"""What lies in a class's folder, and whether a folder in it is one student's: read in the reading process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.intake.discovery.layouts import (
    Units,
    Who,
    inner_students,
    is_clone,
    is_students,
    parse_upload,
)
from grader.intake.discovery.search_results import SearchResults
from grader.intake.discovery.student_folder import look_at_folder
from grader.intake.submission.helpers import entries, is_folder


@dataclass(frozen=True)
class Overview:
    """What lies in a class's folder: students' files and folders, and hidden folders that hold a module."""

    children: list[Path]
    clones: list[str]
    hidden: list[Path]


@dataclass(frozen=True)
class Nested:
    """A folder in a class that is not known to be a student's: it may be a class itself.

    inner:   the folders in it that are one student's each
    uploads: True if it holds a file that a course system has named
    """

    folder: Path
    inner: list[Path]
    uploads: bool


def overview(folder: Path, units: Units) -> Overview:
    """List a class's folder. A folder with a hidden name that holds a module is there by mistake."""
    children = entries(folder)
    clones = [c.name for c in children if is_folder(c) and is_clone(c, units)]
    dotted = [c for c in sorted(folder.glob(".*")) if is_folder(c) and not c.is_symlink()]
    return Overview(children, clones, [c for c in dotted if is_students(c, units)])


def look_at_child(
    results: SearchResults, folder: Path, who: Who, *, known: bool, alone: bool
) -> Nested | None:
    """Find the modules in a folder of a class, into empty results; return it if it may be a class itself.

    known: it is a student's, by the roster or as a clone; alone: nothing else is in the class
    """
    units = results.scope.units
    known = known or is_clone(folder, units) or is_students(folder, units)
    if not known:
        inner = inner_students(folder, units)
        uploads = any(parse_upload(e.name) for e in entries(folder))
        if inner or (alone and uploads):
            return Nested(folder, inner, uploads)
    look_at_folder(results, folder, who, known=known)
    return None
