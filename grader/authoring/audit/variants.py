"""Wheats, chaffs and the lesson's own solution of a unit, as modules that can be graded."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course import CourseError, Unit
from grader.course.units import BANDS

_SAMPLE = {"wheat": 2, "chaff": 30}  # of a unit, at most
_FIELD = re.compile(r"^(root|band|advice):\s*(.*)$")


@dataclass(frozen=True)
class Variant:
    """One module to grade.

    title: what is different about a wheat; the misconception, for a chaff
    root:  for a chaff, the function that is wrong
    band:  for a chaff, the lowest band whose tests have to notice
    """

    kind: Literal["wheat", "chaff", "lesson", "idle"]
    name: str
    text: str
    title: str
    root: str = ""
    band: str = ""
    advice: str = ""

    @property
    def must_fail(self) -> tuple[str, ...]:
        """For a chaff, the bands in one of which a public test of its root has to fail."""
        return () if self.kind != "chaff" else ("core",) if self.band == "core" else BANDS


def variants_of(unit: Unit) -> list[Variant]:
    """Return all variants of the unit. Raises CourseError for a chaff with an incomplete header.

    A chaff's file holds the definitions that differ; its module is the answer key with them appended.
    """
    found = [_whole("wheat", p) for p in sorted((unit.tests / "wheats").glob("*.py"))]
    answer_key = unit.reference.read_text(encoding="utf-8")
    found += [_chaff(unit, p, answer_key) for p in sorted((unit.tests / "chaffs").glob("*.py"))]
    if (lesson := unit.tests / "lesson.py").exists():
        found.append(_whole("lesson", lesson))
    return found


def sample(variants: Sequence[Variant]) -> list[Variant]:
    """Return some of a unit's wheats and chaffs, the same each time, and all other variants.

    Their names decide, so that a new one changes little. The functions take turns with their chaffs.
    """
    turns: Counter[tuple[str, str]] = Counter()
    ranked = []
    for variant in sorted(variants, key=lambda v: hashlib.sha256(v.name.encode()).digest()):
        turns[variant.kind, variant.root] += 1
        ranked.append((turns[variant.kind, variant.root], variant))
    taken: Counter[str] = Counter()
    chosen = []
    for _, variant in sorted(ranked, key=lambda pair: pair[0]):
        taken[variant.kind] += 1
        if taken[variant.kind] <= _SAMPLE.get(variant.kind, len(variants)):
            chosen.append(variant)
    return [v for v in variants if v in chosen]


def _whole(kind: Literal["wheat", "lesson"], path: Path) -> Variant:
    text = path.read_text(encoding="utf-8")
    return Variant(kind, path.stem, text, _docstring(path, text).split("\n")[0])


def _chaff(unit: Unit, path: Path, answer_key: str) -> Variant:
    text = path.read_text(encoding="utf-8")
    title, _, rest = _docstring(path, text).partition("\n")
    fields: dict[str, str] = {}
    key = ""
    for line in rest.splitlines():
        if found := _FIELD.match(line.strip()):
            key, fields[found[1]] = found[1], found[2]
        elif key and line.strip():
            fields[key] += " " + line.strip()
    if set(fields) != {"root", "band", "advice"}:
        raise CourseError(f"{path}: a chaff's docstring needs root, band and advice")
    if fields["root"] not in unit.functions or fields["band"] not in BANDS:
        raise CourseError(f"{path}: root has to be a function of {unit.name}, band one of {BANDS}")
    # `from __future__` has to stand at a module's top; the answer key's own stays there.
    wrong = re.sub(r"^from __future__ .*\n", "", text, flags=re.MULTILINE)
    return Variant("chaff", path.stem, f"{answer_key}\n\n{wrong}", title, **fields)


def _docstring(path: Path, text: str) -> str:
    try:
        doc = ast.get_docstring(ast.parse(text))
    except SyntaxError as error:
        raise CourseError(f"{path}: {error}") from error
    if not doc:
        raise CourseError(f"{path}: a variant's docstring says what is different about it")
    return doc
