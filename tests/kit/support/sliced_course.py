"""A course of one real unit with a few of its tests: what is graded is real, in a fraction of the time."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from support import ROOT, UNIT, course_of

# Of 01_softmax: examples of hypothesis, gradients, a comparison with the answer key, and a hidden test.
SOME_TESTS = (
    "test_log_of_sum_of_exp",
    "test_nll_is_a_mean_of_looked_up_entries",
    "test_gradient_of_nll",
    "test_cross_entropy_is_nll_of_log_softmax",
    "test_large_batches_like_the_answer_key",
    "test_accuracy_counts_matches",
)


def write_slice(
    root: Path,
    tests: Collection[str] = SOME_TESTS,
    unit: str = UNIT,
    *,
    test_cpu_seconds: float | None = None,
) -> Path:
    """Write a course into `root` that has the unit with these tests only, or those of the functions that are named.

    A name that the unit lacks is an error. test_cpu_seconds: a limit instead of the unit's
    """
    course_of(root, {})
    beside = shutil.ignore_patterns("wheats", "chaffs", "__pycache__")
    for tree in ("assignments", "reference", "tests"):
        shutil.copytree(ROOT / tree / unit, root / tree / unit, ignore=beside)
    left = set(tests)
    for file in (root / "tests" / unit).glob("test_*.py"):
        left -= _keep(file, tests)
    assert not left, f"{unit} has no tests called or of {', '.join(sorted(left))}"
    if test_cpu_seconds is not None:
        toml = root / "tests" / unit / "unit.toml"
        changed = re.subn(
            r"(?m)^test_cpu_seconds = .*$", f"test_cpu_seconds = {test_cpu_seconds}", toml.read_text()
        )
        assert changed[1] == 1
        toml.write_text(changed[0])
    return root


def _keep(file: Path, named: Collection[str]) -> set[str]:
    """Delete all tests of the file but those that are named, or whose function is. Return the names that did it."""
    lines = file.read_text(encoding="utf-8").split("\n")
    body = ast.parse("\n".join(lines)).body
    constants = {ast.unparse(n.targets[0]): ast.unparse(n.value) for n in body if isinstance(n, ast.Assign)}
    kept = set()
    for node in body:
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        if found := {node.name, *_functions(node, constants)} & set(named):
            kept |= found
            continue
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        lines[first - 1 : node.end_lineno] = [""] * ((node.end_lineno or first) - first + 1)
    file.write_text("\n".join(lines), encoding="utf-8")
    return kept


def _functions(test: ast.FunctionDef, constants: Mapping[str, str]) -> set[str]:
    """Return the `function` of @points, which may be one of the module's constants."""
    keywords = [k for d in test.decorator_list if isinstance(d, ast.Call) for k in d.keywords]
    sources = [ast.unparse(k.value) for k in keywords if k.arg == "function"]
    return {constants.get(source, source).strip("'") for source in sources}
