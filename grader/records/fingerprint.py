"""The record of one graded submission: all that is kept, and all that reports and exports are made of."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.box.devices.gpus import CPU, Target
from grader.course import Unit
from grader.intake.submission.submission import Submission

SCHEMA = 1
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


def make_record(
    submission: Submission,
    unit: Unit,
    *,
    suite: str,
    seed: str,
    tier: str,
    started: str,
    answer: dict[str, Any],
    sha256: str,
    joined: Mapping[str, str],
    substituted: Mapping[str, str],
    target: Target = CPU,
) -> dict[str, Any]:
    """The record, from the judge's answer ({"tests", "seconds"} or {"fault"}).

    A public test's points are earned when it passes and every hidden test that deepens it does. A record
    with a test that was not run, or with a fault, has the status "not_run" and is no grade.

    sha256:      digest of the copy that was graded; "" for files that could not be read
    joined:      unit → digest of the student's own submission that was joined
    substituted: unit → digest of the answer key that was joined in place of one
    """
    tests = [_with_earned(t, answer.get("tests", [])) for t in answer.get("tests", [])]
    not_run = "fault" in answer or any(t["outcome"] == "not_run" for t in tests)
    together: dict[str, Any] = {}
    if unit.joins:
        together["joined"] = dict(joined)
        together["substituted"] = dict(substituted)
    handed_in = {"files": [f.name for f in submission.files], "sha256": sha256}
    record = {
        "schema": SCHEMA,
        "student": submission.student,
        "unit": unit.name,
        "submission": handed_in | together,
        "suite_sha256": suite,
        "seed_id": seed,
        "versions": versions() | dict(target.versions),
        "tier": tier,
        "device": target.label,
        "late": submission.late,
        "started": started,
        "seconds": round(answer.get("seconds", 0.0), 3),
        "status": "not_run" if not_run else "graded",
        "score": {band: _score(tests, band) for band in ("core", "robust", "stretch")},
        "order": list(unit.functions),
        "tests": tests,
        "diagnosis": [],
    }
    return record | ({"fault": answer["fault"]} if "fault" in answer else {})


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    """The record less what differs between two gradings of the same thing."""
    plain = {k: v for k, v in record.items() if k not in ("started", "seconds")}
    return plain | {"tests": [{k: v for k, v in t.items() if k != "seconds"} for t in record["tests"]]}


def _with_earned(test: dict[str, Any], tests: list[dict[str, Any]]) -> dict[str, Any]:
    name = test["id"].partition("::")[2].partition("[")[0]
    deepening = [t for t in tests if t["deepens"] == name]
    passed = test["outcome"] == "pass" and all(t["outcome"] in ("pass", "skipped") for t in deepening)
    return test | {"earned": test["points"] if passed else 0}


def _score(tests: list[dict[str, Any]], band: str) -> dict[str, int]:
    counted = [t for t in tests if t["band"] == band and t["outcome"] != "skipped"]
    return {"earned": sum(t["earned"] for t in counted), "possible": sum(t["points"] for t in counted)}
