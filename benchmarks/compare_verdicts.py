"""Show that two versions of the kit judge alike: the same material graded by both, and the records compared.

    python benchmarks/compare_verdicts.py classes DIR
        writes the material once, a class a folder: every wheat, chaff and lesson.py of each unit, the demo class,
        and the damaged notebooks of tests/kit
    python benchmarks/compare_verdicts.py run DIR OUT --python .venv/bin/python
        grades each class by the kit and the course in the current folder, under a fixed secret; what an earlier run
        has finished is not done again
    python benchmarks/compare_verdicts.py compare OUT_A OUT_B
        exits with 1 when an outcome, a point or a problem differs; differences of messages are only counted

Write the classes and run with the older version, run again in a checkout of the newer one, and compare. All takes
hours of CPU time, so a unit is two classes: NN_name has its wheats, its lesson and every third chaff, and NN_name-rest,
graded last, the other chaffs; `--only` chooses. A unit that joins others is graded beside the answer keys of those.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SECRET = "the comparison's seeds are public\n"
WORDS = ("title", "message", "counterexample", "where", "hint")  # keys of a test that may differ
SHOWN = 50
SIGNED = re.compile(r'^STUDENT_ID = "(\w+)".*$', re.MULTILINE)
Facts = dict[tuple[str, ...], Any]  # by what each is about


@dataclass(frozen=True)
class Unit:
    """A unit as it lies in the course: read here, so that both versions grade the same bytes."""

    tests: Path

    @property
    def name(self) -> str:
        return self.tests.name

    @cached_property
    def settings(self) -> dict[str, Any]:
        return tomllib.loads((self.tests / "unit.toml").read_text(encoding="utf-8"))

    @property
    def file(self) -> str:
        return f"{self.settings['module']}.py"

    @cached_property
    def answer_key(self) -> str:
        return (ROOT / "reference" / self.name / self.file).read_text(encoding="utf-8")

    def variants(self) -> Iterator[tuple[str, str]]:
        """The name and the text of each variant: a chaff's definitions follow the answer key."""
        for wheat in sorted((self.tests / "wheats").glob("*.py")):
            yield f"wheat-{wheat.stem}", wheat.read_text(encoding="utf-8")
        if (lesson := self.tests / "lesson.py").exists():
            yield "lesson", lesson.read_text(encoding="utf-8")
        for chaff in sorted((self.tests / "chaffs").glob("*.py")):
            wrong = re.sub(
                r"^from __future__ .*\n", "", chaff.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
            yield f"chaff-{chaff.stem}", f"{self.answer_key}\n\n{wrong}"


def write_classes(folder: Path) -> None:
    """Write all classes into `folder`. Raise FileExistsError when there is one: it may have been graded."""
    folder.mkdir(parents=True)
    units = {f.parent.name: Unit(f.parent) for f in sorted(ROOT.glob("tests/[0-9][0-9]_*/unit.toml"))}
    for unit in units.values():
        _write_variants(unit, units, folder)
    _write_demo(folder / "demo")
    _write_damaged(folder / "damaged")
    for made in sorted(folder.iterdir()):
        print(f"{made.name:<20} {sum(1 for _ in made.iterdir())} students")


def _write_variants(unit: Unit, units: Mapping[str, Unit], folder: Path) -> None:
    joins = [units[name] for name in unit.settings.get("depends_on", ())]
    chaffs = wholes = 0
    for variant, text in unit.variants():
        chaffs += variant.startswith("chaff-")
        rest = "-rest" if variant.startswith("chaff-") and chaffs % 3 != 1 else ""
        student = f"{unit.name}-{variant}"
        if (whose := SIGNED.search(text)) and not variant.startswith("chaff-"):
            # It reports numbers of that name's own, whose spelling is free: hyphens tell these students apart.
            student = whose[1] + "-" * (wholes := wholes + 1)
        else:
            text = SIGNED.sub(f'STUDENT_ID = "{student}"', text, count=1)
        for part, content in [(unit, text), *((joined, joined.answer_key) for joined in joins)]:
            module = folder / f"{unit.name}{rest}" / student / part.name / part.file
            module.parent.mkdir(parents=True)
            module.write_text(content, encoding="utf-8")


def _write_demo(folder: Path) -> None:
    sys.path.insert(0, str(ROOT))
    course = importlib.import_module("grader.course").Course(ROOT)
    moved = (ROOT / "grader" / "authoring" / "demo").exists()  # later versions have it there
    demo = importlib.import_module("grader.authoring.demo" if moved else ".".join(("grader", "demo")))
    demo.write_class(course.units.values(), folder)


def _write_damaged(folder: Path) -> None:
    sys.path[:0] = [str(ROOT / "tests" / "kit"), str(ROOT / "tests" / "kit" / "slow")]
    table = importlib.import_module("test_damaged_notebooks")
    handed_out = table.text(table.unanswered(table.UNITS[table.UNIT]))
    files = table.WHOLE | {name: data for name, (data, _) in table.UNREADABLE.items()}
    files |= {name: table.text(notebook) for name, (notebook, _) in table.LOST.items()}
    for name, data in (files | {"not_filled_in": handed_out}).items():
        (folder / name).mkdir(parents=True)
        (folder / name / f"{table.UNITS[table.UNIT].module}.ipynb").write_bytes(data)


def run(classes: Path, out: Path, python: Path, jobs: int, only: list[str]) -> int:
    """Grade the classes, or those named. 1 when one could not be graded whole."""
    if unknown := [name for name in only if not (classes / name).is_dir()]:
        raise SystemExit(f"{classes} has no class {', '.join(unknown)}")
    out.mkdir(parents=True, exist_ok=True)
    secret = out / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
    worst = 0
    for folder in sorted(classes.iterdir(), key=_turn):
        if folder.is_dir() and (not only or folder.name in only):
            worst = max(worst, _grade(folder, out, python, secret, jobs))
    return int(worst != 0)


def _turn(folder: Path) -> tuple[bool, bool, bool, str]:
    """Return what decides the order: the other chaffs come last, and long trainings after what is quick."""
    name = folder.name
    return name.endswith("-rest"), name.startswith("10_"), name[0].isdigit(), name


def _grade(folder: Path, out: Path, python: Path, secret: Path, jobs: int) -> int:
    # A class of a unit's variants holds what that joins, too, which has been graded elsewhere.
    unit = re.match(r"[0-9]{2}_[a-z]+", folder.name)
    options = {"--out": out / folder.name, "--secret": secret} | ({"--unit": unit[0]} if unit else {})
    command = [python.absolute(), "-m", "grader", "grade", folder, "--jobs", jobs]
    command += [word for option in options.items() for word in option]
    started = time.monotonic()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    seconds = round(time.monotonic() - started, 1)
    about = {"status": done.returncode, "seconds": seconds, "stdout": done.stdout, "stderr": done.stderr}
    (out / f"{folder.name}.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    print(f"{folder.name}: status {done.returncode}, {seconds} s\n{done.stdout.rstrip()}", flush=True)
    return done.returncode


def facts(out: Path, name: str) -> tuple[Facts, Facts]:
    """Return all that has to be equal of a graded class, and all that was said."""
    run_of = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
    found: Facts = {("exit",): run_of["status"]}
    words: Facts = {}
    summary = out / name / "summary.json"
    for problem in json.loads(summary.read_text(encoding="utf-8"))["problems"] if summary.exists() else ():
        key = ("problem", str(problem["kind"]), str(problem["student"]), str(problem["path"]))
        found[key] = found.get(key, 0) + 1
        words[key] = problem["text"]
    for file in sorted((out / name / "records").glob("*/*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        whose = (record["student"], record["unit"])
        found["submission", *whose] = {"status": record["status"], "score": record["score"]}
        words["submission", *whose] = record.get("fault", "")
        for test in record["tests"]:
            key = ("test", *whose, test["id"])
            function = test["function"] if "function" in test else test.get("of")
            found[key] = {k: test[k] for k in ("outcome", "earned", "points")} | {"function": function}
            words[key] = {k: test.get(k) for k in WORDS}
    return found, words


def _different(name: str, a: Facts, b: Facts) -> list[dict[str, Any]]:
    return [
        {"class": name, "what": " ".join(about), "a": a.get(about), "b": b.get(about)}
        for about in a | b
        if a.get(about) != b.get(about)
    ]


def compare(a: Path, b: Path, messages: bool, as_json: Path | None) -> int:
    """Print what differs, class by class. 1 when something does, or a class is in one of the two only."""
    in_a, in_b = ({f.stem for f in out.glob("*.json") if (out / f.stem).is_dir()} for out in (a, b))
    differences, said = [], []
    print("class                submissions   tests  identical  different  messages")
    for name in sorted(in_a & in_b):
        (before, words), (after, other_words) = facts(a, name), facts(b, name)
        found = _different(name, before, after)
        both = before.keys() & after.keys()
        worded = _different(name, *({n: w[n] for n in both & words.keys()} for w in (words, other_words)))
        kinds = Counter(about[0] for about in before)
        same = sum(about[0] == "test" and before[about] == after[about] for about in both)
        counts = f"{kinds['submission']:11} {kinds['test']:7} {same:10} {len(found):10} {len(worded):9}"
        print(f"{name:20} {counts}")
        differences += sorted(found, key=lambda d: d["what"].startswith("test "))  # submissions first
        said += worded
    for d in [*differences, *(said if messages else ())][:SHOWN]:
        print(f"{d['class']}: {d['what']}\n    a: {d['a']}\n    b: {d['b']}")
    alone = sorted(in_a ^ in_b)
    for name in alone:
        print(f"{name}: graded in {a if name in in_a else b} only")
    if as_json:
        everything = {"differences": differences, "messages": said, "in one only": alone}
        as_json.write_text(json.dumps(everything, indent=1), encoding="utf-8")
    print(f"{len(differences)} differences, {len(said)} messages worded otherwise")
    return int(bool(differences or alone or not in_a))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, *folders in (("classes", "dir"), ("run", "dir", "out"), ("compare", "a", "b")):
        command = commands.add_parser(name)
        for folder in folders:
            command.add_argument(folder, type=Path)
    grading, comparing = commands.choices["run"], commands.choices["compare"]
    grading.add_argument("--python", type=Path, default=Path(".venv/bin/python"))
    grading.add_argument("--jobs", type=int, default=1)
    grading.add_argument("--only", nargs="+", default=[], metavar="CLASS")
    comparing.add_argument(
        "--messages", action="store_true", help="list those that are worded otherwise, too"
    )
    comparing.add_argument("--json", type=Path, metavar="FILE", help="write all differences")
    options = parser.parse_args()
    if options.command == "classes":
        write_classes(options.dir)
        return 0
    if options.command == "run":
        return run(options.dir, options.out, options.python, options.jobs, options.only)
    return compare(options.a, options.b, options.messages, options.json)


if __name__ == "__main__":
    sys.exit(main())
