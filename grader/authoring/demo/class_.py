"""The demo class on disk: one folder a student, made from variants, unfinished work and misbehaviour.

Unfinished work is an answer key with only its first functions filled in. The misbehaving files lie
in `misbehaving/`, as overrides of the answer key, like chaffs.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.authoring.audit import Variant, variants_of
from grader.course import Unit
from grader.course.stubs import generate_stub

# Named and public: the demo's seeds are no secret, so that everyone who runs it sees the same grades.
DEMO_SECRET = b"the demo's seeds are public"

_SIGNED = re.compile(r"^STUDENT_ID = .*$", re.MULTILINE)  # the line that names the student
_MISBEHAVING = Path(__file__).parent / "misbehaving"
_GOOD = ("ada", "blaise", "carl_friedrich", "dorothy", "emmy", "florence")
_MISTAKEN = (
    "grace", "hedy", "ida", "john", "katherine", "leonhard", "mary", "niels", "olga", "paul", "quentin", "rosa",
)  # fmt: skip
_MISTAKEN_WHO_TRAIN = 3
_UNFINISHED = ("sofja", "tycho", "ulugh_beg")
_UNTOUCHED = "vera"

# The first class: a part of the whole one that is graded in a minute, so that who goes on with the whole one finds it
# done. Right, nearly right, half of it, nothing; and the ways to misbehave that cost little to wait for.
_FIRST = {
    "01_softmax": (
        "ada", "hedy", "john", "tycho", "vera",
        "borrower", "endless_loop", "memory_hoarder", "quitter", "unreadable",
    ),
    "02_init": ("emmy", "ida", "leonhard", "sofja", "tycho", "ulugh_beg", "vera", "unfaithful"),
    "11_questionnaire": ("blaise", "grace", "sofja", "vera"),
}  # fmt: skip


class NotADemoError(Exception):
    """The class would replace what no demo wrote. The text says what that is."""


def write_class(units: Iterable[Unit], folder: Path, *, whole: bool = True) -> Path:
    """Write the class anew into `folder`, one folder for each student; return the folder.

    whole: False leaves out all but the first class, a part that is graded in a minute
    Raise NotADemoError, before anything is written, if there is somebody in the folder whom no demo knows.
    """
    require_demo(folder)
    shutil.rmtree(folder, ignore_errors=True)
    for unit in units:
        for student, text in _class_of(unit):
            if not (whole or student in _FIRST.get(unit.name, ())):
                continue
            module = folder / student / unit.name / f"{unit.module}.py"
            module.parent.mkdir(parents=True)
            module.write_text(_SIGNED.sub(f"STUDENT_ID = {student!r}", text), encoding="utf-8")
    return folder


def units_of_first_class(units: Iterable[Unit]) -> list[Unit]:
    """Return those of the units that the first class has handed in."""
    return [unit for unit in units if unit.name in _FIRST]


def require_demo(folder: Path) -> None:
    """Raise NotADemoError if there is somebody in the folder, of submissions or records, whom no demo knows."""
    names = {*_GOOD, *_MISTAKEN, *_UNFINISHED, _UNTOUCHED, *(f.stem for f in _MISBEHAVING.glob("*/*.py"))}
    if strange := sorted(f.name for f in folder.glob("*") if f.name not in names):
        raise NotADemoError(f"{folder} holds {strange[0]!r}, which is nobody's in the demo class")


def _class_of(unit: Unit) -> Iterator[tuple[str, str]]:
    variants = variants_of(unit)
    wheats = [v for v in variants if v.kind == "wheat"]
    yield from zip(_GOOD, (w.text for w in wheats), strict=False)
    if unit.depends_on:
        # Training takes its time: few got that far, and some of them join units that are mistaken.
        key = unit.reference.read_text(encoding="utf-8")
        yield from ((student, key) for student in _MISTAKEN[:_MISTAKEN_WHO_TRAIN])
        return
    yield from ((s, v.text) for s, v in zip(_MISTAKEN, _spread(variants, len(_MISTAKEN)), strict=False))
    for number, student in enumerate(_UNFINISHED, 1):
        yield student, _first_functions(unit, len(unit.functions) * number // (len(_UNFINISHED) + 1))
    yield _UNTOUCHED, generate_stub(unit)
    yield from ((v.name, v.text) for v in misbehaving(unit))


def _spread(variants: list[Variant], n: int) -> list[Variant]:
    """Return n chaffs with as many different roots as possible."""
    chaffs = [v for v in variants if v.kind == "chaff"]
    by_root: dict[str, list[Variant]] = {}
    for c in chaffs:
        by_root.setdefault(c.root, []).append(c)
    rounds = max(map(len, by_root.values()), default=0)
    in_turn = [cs[i] for i in range(rounds) for cs in by_root.values() if i < len(cs)]
    return in_turn[:n]


def _first_functions(unit: Unit, n: int) -> str:
    """Return the answer key with only its first n functions filled in."""
    key = unit.reference.read_text(encoding="utf-8")
    stub = generate_stub(unit)
    done = list(unit.functions)[:n]
    for name in done:
        pattern = re.compile(
            rf"^(?:def|class) {name}\b.*?(?=^(?:def |class |[A-Z_]+ ?=|@)|\Z)", re.MULTILINE | re.DOTALL
        )
        written = pattern.search(key)
        if written:
            stub = pattern.sub(lambda _, w=written: w[0], stub, count=1)  # type: ignore[misc]
    return stub


def misbehaving(unit: Unit) -> list[Variant]:
    """Return submissions of the unit that loop, crash, hoard, flood or cheat."""
    key = unit.reference.read_text(encoding="utf-8")
    return [
        Variant("chaff", f.stem, f"{key}\n\n{f.read_text(encoding='utf-8')}", f.stem)
        for f in sorted((_MISBEHAVING / unit.name).glob("*.py"))
    ]
