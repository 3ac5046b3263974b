"""What a grade depends on besides the submission: the suite, the versions, the secret."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from functools import cache
from pathlib import Path

from grader.course import Unit

_KIT = Path(__file__).parents[1]
_DECIDING_ROOMS = ("course", "intake", "box", "records", "suite", "judge")


@cache
def versions() -> dict[str, str]:
    """Versions of everything that a verdict may depend on."""
    packages = ("grader", "torch", "numpy", "scipy", "hypothesis", "pytest")
    return {"python": platform.python_version()} | {p: importlib.metadata.version(p) for p in packages}


@cache
def suite_sha256(unit: Unit) -> str:
    """Hash of what decides the verdicts: the unit's tests and answer key, and the kit's own rooms for it."""
    files = [*unit.tests.glob("*.py"), *unit.tests.glob("*.toml"), *unit.probe_files, unit.reference]
    files += [f for room in _DECIDING_ROOMS for f in (_KIT / room).rglob("*.py")]
    digest = hashlib.sha256()
    for file in sorted({f for f in files if f.exists()}):
        base = _KIT if file.is_relative_to(_KIT) else unit.course
        digest.update(f"{file.relative_to(base).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def seed_id(secret: bytes) -> str:
    """Tells two secrets apart without giving either away."""
    return hashlib.sha256(b"seed id of " + secret).hexdigest()[:12]
