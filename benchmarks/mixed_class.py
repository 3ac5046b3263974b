"""A large class of all kinds: right, wrong and unwritten work, and the attacks of the gallery, each many times.

No two of the files are the same, for twins would be graded once: each ends in a comment of its own.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kit")]

from support.gallery import HONEST, Attack, gallery, write_gallery  # noqa: E402
from support.gallery_checks import plain  # noqa: E402

from grader.authoring.audit import variants_of  # noqa: E402
from grader.course import Course  # noqa: E402
from grader.course.stubs import generate_stub  # noqa: E402

LARGER = "01_softmax"  # a unit of this course, beside the two small ones of the gallery
_MODULES = {"01_doubling": "doubling", "02_logsumexp": "logsumexp", LARGER: "softmax"}
_VARY = {"student", "sha256", "started", "seconds"}


@dataclass(frozen=True)
class Program:
    """One program: honest work, or an attack."""

    name: str
    unit: str
    text: str = ""
    attack: Attack | None = None

    def hand_in(self, folder: Path, number: int) -> None:
        """Put it into a student's folder, which is made."""
        module = folder / f"{_MODULES[self.unit]}.py"
        if self.attack:
            self.attack.hand_in(folder)
        else:
            folder.mkdir(parents=True)
            module.write_text(self.text, encoding="utf-8")
        with module.open("a", encoding="utf-8") as file:
            file.write(f"\n# {number}\n")


def small_programs() -> list[Program]:
    """Return the honest work of the gallery, in two units that are graded in no time."""
    return [Program(name, unit, text) for name, (unit, text) in HONEST.items()]


def larger_programs() -> list[Program]:
    """Return wheats, every fifth chaff and the stub of a unit of the course."""
    unit = Course(ROOT).unit(LARGER)
    found = variants_of(unit)
    chosen = [v for v in found if v.kind != "chaff"] + [v for v in found if v.kind == "chaff"][::5]
    variants = [Program(f"{v.kind} {v.name}", LARGER, v.text) for v in chosen]
    return [*variants, Program("stub", LARGER, generate_stub(unit))]


def attacks() -> list[Program]:
    """Return the attacks that are modules: judge and zygote never meet those on whoever reads the files."""
    return [Program(a.name, a.unit, attack=a) for a in gallery() if not a.is_built]


def mixed(count: int, parts: Sequence[tuple[float, list[Program]]], seed: int) -> list[Program]:
    """Return so many programs in an order at random, of each part its share, each of a part equally often."""
    chance = random.Random(seed)
    chosen: list[Program] = []
    for share, programs in parts:
        some = programs[:]
        chance.shuffle(some)
        chosen += [some[n % len(some)] for n in range(round(count * share))]
    chance.shuffle(chosen)
    return chosen


def write_class(root: Path, programs: Iterable[Program]) -> list[str]:
    """Write the course and the class into `root`. Return the students, one a program, in their order."""
    write_gallery(root, [], [])
    for tree in ("tests", "reference", "assignments"):
        shutil.copytree(ROOT / tree / LARGER, root / tree / LARGER)
    students = []
    for number, program in enumerate(programs):
        students.append(f"s{number:05}")
        program.hand_in(root / "class" / students[-1], number)
    (root / "tmp").mkdir()
    return students


def grade_command(tier: str, jobs: int) -> list[str]:
    """Return the command that grades the class of `write_class` into out/, to be run in its folder."""
    options = ["--out", "out", "--secret", "secret", "--tier", tier, "--jobs", str(jobs)]
    return [sys.executable, "-m", "grader", "grade", "class", *options]


def started(root: Path, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start it with a temporary folder of its own, and its words in a file."""
    told = {"TMPDIR": str(root / "tmp"), "PYTHONPATH": str(ROOT), "GRADER_ATTACK_TOKEN": "of the machine"}
    with (root / "said").open("a", encoding="utf-8") as said:
        return subprocess.Popen(
            command, cwd=root, env={**environment, **told}, stdout=said, stderr=said, text=True
        )


def records(root: Path) -> dict[str, dict[str, Any]]:
    """Return student → record; none for those who have several, or none."""
    files = (root / "out" / "records").glob("*/*.json")
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def results(record: Mapping[str, Any]) -> Any:
    """Return what a record says of the work, whoever handed it in, whenever."""
    kept = {key: value for key, value in plain(dict(record)).items() if key not in _VARY}
    kept["submission"] = {key: value for key, value in kept["submission"].items() if key not in _VARY}
    return kept
