"""Measure the cost of grading with nbgrader and with the kit, on the same notebooks, in turns.

    python benchmarks/nbgrader_beside.py [--students N] [--rounds N] [--no-loop]

Two classes: one whose only test is next to nothing, so that the cost of grading itself is seen, and one with unit
01's own tests, in which one student's logsumexp never ends. Each command grades the class from scratch. It prints wall
seconds a submission (with the start-up, and without it, as measured on a class of one), the greatest memory of any one
process, and the seconds that the loop adds. nbgrader has to be installed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOML = 'title = "Nothing much"\nmodule = "nothing"\n[functions.one]\nreturns = "any"\n'
KEY = '"""Nothing much."""\n\n\ndef one():\n    """1"""\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n'
TEST = """from grader.suite import points, require


@points(1, function="one")
def test_one(student):
    \"\"\"one() is 1\"\"\"
    require(student.one() == 1, "it is not")
"""
LOOP = "def logsumexp(x, dim=-1, keepdim=False):\n    while True:\n        pass"


def command(folder: Path, *arguments: object) -> tuple[float, float]:
    """(wall seconds, MB of the largest process below it)"""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    script = (
        "import json, resource, subprocess, sys, time; t = time.perf_counter();"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True);"
        "print(json.dumps([time.perf_counter() - t, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,"
        " done.returncode, done.stderr[-2000:]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory, status, said = json.loads(done.stdout)
    if status not in (0, 1):
        raise SystemExit(said)
    return seconds, memory


def small_course(folder: Path) -> Path:
    unit = folder / "tests" / "01_nothing"
    unit.mkdir(parents=True)
    (unit / "unit.toml").write_text(TOML)
    (unit / "test_nothing.py").write_text(TEST)
    key = folder / "reference" / "01_nothing" / "nothing.py"
    key.parent.mkdir(parents=True)
    key.write_text(KEY)
    (folder / "assignments" / "01_nothing").mkdir(parents=True)
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def own_course(folder: Path) -> Path:
    for tree in ("assignments", "reference", "tests"):
        shutil.copytree(ROOT / tree / "01_softmax", folder / tree / "01_softmax")
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def hand_in(nb: Path, unit: str, module: str, students: int, loop: bool) -> None:
    """Write the answer key's notebook for each student, signed; the last one's logsumexp may be endless.

    The kit would grade notebooks of the same cells once.
    """
    shutil.rmtree(nb / "submitted", ignore_errors=True)
    shutil.rmtree(nb / "autograded", ignore_errors=True)
    source = json.loads((nb / "source" / unit / f"{module}.ipynb").read_text())
    answers = {c["metadata"].get("nbgrader", {}).get("grade_id"): c["source"] for c in source["cells"]}
    for k in range(students):
        notebook = json.loads((nb / "release" / unit / f"{module}.ipynb").read_text())
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name and not name.startswith("check_"):
                answer = (
                    LOOP if loop and k == students - 1 and name == "logsumexp" else "".join(answers[name])
                )
                cell["source"] = f"{answer}\n# by student {k}"
        file = nb / "submitted" / f"student{k:02}" / unit / f"{module}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(notebook))


def measure(course: Path, unit: str, module: str, options: argparse.Namespace, loop: bool) -> None:
    nb = course.parent / f"nb_{unit}"
    command(course, "grader", "release", course.parent / f"bundle_{unit}", "--nbgrader", nb)
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for turn in range(options.rounds):
        for students in (1, options.students):
            hand_in(nb, unit, module, students, loop and students > 1)
            out = course.parent / f"out_{unit}_{turn}_{students}"
            kit = command(course, "grader", "grade", nb, "--out", out, "--jobs", "1", "--unit", unit)
            found.setdefault(("the kit", students), []).append(kit)
            theirs = command(nb, "nbgrader", "autograde", unit, "--force")
            found.setdefault(("nbgrader", students), []).append(theirs)
    each = {}
    for who in ("nbgrader", "the kit"):
        one, all_ = (statistics.median(s for s, _ in found[who, n]) for n in (1, options.students))
        memory = max(m for _, m in found[who, options.students])
        each[who] = (all_ - one) / (options.students - 1)
        print(
            f"{unit}{', one endless loop' if loop else ''}, {who}: {all_ / options.students:.2f} s a submission, "
            f"{each[who]:.3f} s without the start ({one - each[who]:.1f} s), {memory:.0f} MB",
            flush=True,
        )
    print(f"  without the start, the kit takes 1/{each['nbgrader'] / each['the kit']:.0f} of nbgrader's time")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-loop", action="store_true")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as scratch:
        measure(small_course(Path(scratch) / "small"), "01_nothing", "nothing", options, loop=False)
        own = own_course(Path(scratch) / "own")
        measure(own, "01_softmax", "softmax", options, loop=False)
        if not options.no_loop:
            measure(own, "01_softmax", "softmax", options, loop=True)


if __name__ == "__main__":
    main()
