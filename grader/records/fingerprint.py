"""The conditions of a grade besides the submission: the suite, the versions, the secret.

The suite's hash follows everything that decides a grade, and nothing else: a comment, a docstring, a hint, a quotation
of the handout or the title of a unit may be reworded without grading a class again.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import platform
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from grader.course import Unit

_KIT = Path(__file__).parents[1]
_JUDGING = (
    *("box", "course", "intake/submission", "judge", "suite"),
    *("endings.py", "options.py"),
    *("records/making.py", "records/outcomes.py", "records/scoring.py"),
)
_SHOWING = (
    "course/marks.py",
    "course/stubs.py",
    "suite/plugin/captured.py",
    "suite/plugin/terminal.py",
    "suite/plugin/workers.py",
)
# What a test's decorator says to its reader.
_SAID = ("hint", "handout", "stub")
# Beside a unit's tests lie variants for the audit, pictures for notebook and handout, and criteria for a person.
_BESIDE_TESTS = (
    *("wheats", "chaffs", "__pycache__", "lesson.py", "live.py", "picture.py", "figures.py", "rubrics.toml"),
)


@cache
def versions() -> dict[str, str]:
    """Return the versions of everything that a verdict may depend on."""
    packages = ("grader", "torch", "numpy", "scipy", "hypothesis", "pytest")
    return {"python": platform.python_version()} | {p: importlib.metadata.version(p) for p in packages}


def seed_id(secret: bytes) -> str:
    """Return a name that distinguishes secrets without revealing them."""
    return hashlib.sha256(b"seed id of " + secret).hexdigest()[:12]


@cache
def suite_sha256(unit: Unit) -> str:
    """Return the hash of what decides the unit's verdicts: its tests, probes, limits and answer key, and the kit."""
    digest = hashlib.sha256(kit_sha256().encode())
    for file in suite_files(unit):
        # A test may read the docstrings of the work that it judges.
        _add(digest, file, unit.course, docstrings=file == unit.reference)
    return digest.hexdigest()


def suite_files(unit: Unit) -> list[Path]:
    """Return the unit's own files that official grading reads, sorted."""
    beside = (f for f in unit.tests.rglob("*") if f.is_file() and f.suffix != ".md")
    files = {f for f in beside if not _is_left_out(f.relative_to(unit.tests).parts)}
    return sorted(files | ({unit.reference} if unit.reference.exists() else set()))


def _is_left_out(parts: Iterable[str]) -> bool:
    return any(part in _BESIDE_TESTS or part.startswith(".") for part in parts)


@cache
def kit_sha256() -> str:
    """Return the hash of the kit's modules that decide verdicts."""
    digest = hashlib.sha256()
    for file in sorted(_kit_files()):
        _add(digest, file, _KIT)
    return digest.hexdigest()


def _kit_files() -> Iterator[Path]:
    for name in _JUDGING:
        place = _KIT / name
        for file in place.rglob("*.py") if place.is_dir() else [place]:
            if file.relative_to(_KIT).as_posix() not in _SHOWING:
                yield file


def _add(digest: hashlib._Hash, file: Path, root: Path, *, docstrings: bool = False) -> None:
    digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + _meaning(file, docstrings) + b"\0")


def _meaning(file: Path, docstrings: bool) -> bytes:
    """Return the file's content without what decides nothing; as it is, if it can't be parsed."""
    content = file.read_bytes()
    try:
        if file.suffix == ".py":
            return _python(content, docstrings).encode("utf-8", "surrogatepass")
        if file.suffix == ".toml":
            return _toml(content, file.name).encode()
    except (SyntaxError, ValueError):
        pass
    return content


def _python(source: bytes, docstrings: bool) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call):
                    decorator.keywords = [k for k in decorator.keywords if k.arg not in _SAID]
        elif not isinstance(node, ast.Module):
            continue
        if not docstrings and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


def _toml(source: bytes, name: str) -> str:
    tables = tomllib.loads(source.decode("utf-8"))
    if name == "unit.toml":
        tables.pop("title", None)
    return json.dumps(tables, default=str)
