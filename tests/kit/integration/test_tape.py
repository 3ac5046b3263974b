"""The tape: recorded once on the answer key, played to every submission, and the records are the same without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from support import ROOT, command, course_of, events_in, needs_walls
from support.sliced_course import write_slice

from grader.authoring.audit import Variant, variants_of
from grader.box.walls.selftest import best_tier
from grader.course import Course, Unit
from grader.course.stubs import generate_stub
from grader.judge.client import JudgeClient, JudgeFault, JudgeSpec
from grader.records.record import TestResult

SECRET = b"the secret of the kit's tests"
UNIT = "01_doubling"
KEY = '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return [2 * n for n in x]
    # END SOLUTION
'''
HEAD = """
import itertools
import torch
from hypothesis import assume, example, given, strategies as st
from grader.suite import deepens, points, require
lists = st.lists(st.integers(0, 1000), max_size=4)
"""
ON_TAPE = '''
@points(1, function="double", hint="twice")
@given(x=lists)
@example(x=[7, 8])
def test_double(student, x):
    """double(x) = 2x"""
    require(student.double(x) == [2 * n for n in x], "not the double")

@points(1, function="double", hint="twice")
@given(x=lists)
def test_that_changes_what_it_is_given(student, x):
    """double(x + [1]) = 2x + [2]"""
    before = len(x)
    x.append(1)
    require(before <= 4, "the argument is of another submission")
    require(student.double(x)[-1] == 2, "not the double")

@points(1, function="double", hint="twice")
@given(data=st.data(), n=st.integers(1, 5))
def test_data(student, data, n):
    """double of what is drawn by hand"""
    x = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    y = data.draw(lists.filter(lambda y: len(y) < 2), label="more")
    require(student.double(x + y) == [2 * n for n in x + y], "not the double")

@points(1, function="double", hint="twice")
@given(x=lists)
def test_assumption(student, x):
    """double(x) = 2x, where that is small"""
    got = student.double(x)
    assume(sum(got) < 800)
    require(got == [2 * n for n in x], "not the double")

@points(1, function="double", hint="twice")
@given(n=st.integers(0, 99))
def test_with_draws_of_its_own(student, n):
    """double(r) = 2r, where torch draws r"""
    r = int(torch.randint(100, ())) + n
    require(student.double([r]) == [2 * r], f"double([{r}]) is not [{2 * r}]")

@points(1, function="double", hint="errors")
@given(n=st.integers(0, 99))
def test_errors(student, n):
    """double(n) raises TypeError for a number"""
    with student.raises("TypeError", f"double({n})"):
        student.double(n)
'''
HIDDEN = '''
@deepens("test_double")
@given(x=lists)
def test_like_the_answer_key(student, reference, x):
    """double as the answer key has it"""
    once = reference.double(x)
    require(student.double(x) == once, "not as the key")
    twice = student.double(student.double(x))
    require(twice == reference.double(student.double(x)), "not as the key, twice")
'''
OFF_TAPE = '''
@points(1, function="double", hint="twice")
@given(data=st.data())
def test_that_draws_afterwards(student, data):
    """double of double of drawn numbers"""
    once = student.double([1])
    more = data.draw(st.lists(st.integers(0, once[0]), max_size=3))
    require(student.double(more) == [2 * n for n in more], "not the double")

@points(1, function="double", hint="twice")
@given(x=lists.map(lambda x: (n for n in x)))
def test_of_what_is_used_up(student, x):
    """double(list(x)) = 2x"""
    x = list(x)
    require(student.double(x) == [2 * n for n in x], "not the double")

@points(1, function="double", hint="twice")
@given(x=st.builds(lambda: int(torch.randint(100, ()))))
def test_that_torch_draws(student, x):
    """double([x]) = [2x]"""
    require(student.double([x]) == [2 * x], "not the double")
'''
UNSTEADY = '''
numbers = itertools.count()

@points(1, function="double", hint="twice")
@given(x=st.builds(lambda: next(numbers)))
def test_of_other_examples_each_time(student, x):
    """double([x]) = [2x]"""
    require(student.double([x]) == [2 * x], "not the double")
'''
TOML = """
title = "Doubling"
module = "doubling"
[functions.double]
returns = "any"
[limits]
test_cpu_seconds = 1
"""
SUBMISSIONS = {
    "right": KEY,
    "wrong for large numbers": "def double(x):\n    return [2 * n if n < 100 else n for n in x]\n",
    "raises": "def double(x):\n    return [2 * n for n in x if 1 / (500 - n) + 1]\n",
    "counts": "calls = []\ndef double(x):\n    calls.append(x)\n    return [2 * n + len(calls) // 30 for n in x]\n",
    "every seventh": "import itertools\nc = itertools.count(1)\ndef double(x):\n"
    "    return [2 * n + (next(c) % 7 == 0) for n in x]\n",
    "random": "import random\ndef double(x):\n    return [2 * n + (random.random() < 0.1) for n in x]\n",
    "later": "def double(x):\n    if len(x) > 2: raise NotImplementedError\n    return [2 * n for n in x]\n",
    "ends": "import os\ndef double(x):\n    if len(x) == 3: os._exit(3)\n    return [2 * n for n in x]\n",
    "loops": "def double(x):\n    while len(x) == 3: pass\n    return [2 * n for n in x]\n",
    "no module": "import nothing_like_it\n",
}


def course(root: Path, tests: str) -> Course:
    course_of(
        root,
        {
            f"tests/{UNIT}/unit.toml": TOML,
            f"tests/{UNIT}/test_doubling.py": HEAD + tests,
            f"tests/{UNIT}/test_hidden_doubling.py": HEAD + HIDDEN if "test_double" in tests else HEAD,
            f"reference/{UNIT}/doubling.py": KEY,
        },
    )
    return Course(root)


def spec_of(course: Course, unit: str = UNIT, **changes: object) -> JudgeSpec:
    return replace(JudgeSpec(course.root, (unit,), best_tier().name, SECRET), **changes)  # type: ignore[arg-type]


def graded(
    spec: JudgeSpec, unit: Unit, texts: Mapping[str, str], scratch: Path
) -> dict[str, list[TestResult]]:
    """Return the tests of each submission, by its name, without the seconds that they took."""
    results = {}
    with JudgeClient(spec) as judge:
        for number, (name, text) in enumerate(texts.items()):
            module = scratch / f"{number}" / unit.name / f"{unit.module}.py"
            module.parent.mkdir(parents=True, exist_ok=True)
            module.write_text(text)
            judge.submit(name, unit.name, module)
            answer = judge.next_answer()
            assert not answer.fault, f"{name}: {answer.fault}"
            results[name] = [msgspec.structs.replace(test, seconds=0.0) for test in answer.tests]
    return results


def untaped(spec: JudgeSpec) -> dict[str, str]:
    with JudgeClient(spec) as judge:
        judge.wait_until_ready()
        return judge.untaped


@needs_walls
def test_records_are_the_same_with_and_without_the_tape(tmp_path: Path) -> None:
    course_ = course(tmp_path, ON_TAPE + OFF_TAPE)
    unit = course_.unit(UNIT)
    taped, drawn = (graded(spec_of(course_, tape=t), unit, SUBMISSIONS, tmp_path) for t in (True, False))
    for name in SUBMISSIONS:
        assert taped[name] == drawn[name], name
    outcomes = {str(test.outcome) for tests in taped.values() for test in tests}
    assert {"pass", "fail", "error", "not_implemented", "crashed", "timeout"} <= outcomes | {"error"}
    assert {str(test.outcome) for test in taped["right"]} == {"pass"}


def test_a_test_that_can_not_be_recorded_says_why(tmp_path: Path) -> None:
    found = untaped(spec_of(course(tmp_path, ON_TAPE + OFF_TAPE + UNSTEADY), tier="T0"))
    assert {name.partition("/test_")[2]: why.partition(" ")[0] for name, why in found.items()} == {
        "that_draws_afterwards": "it",
        "of_what_is_used_up": "what",
        "that_torch_draws": "torch,",
    }
    assert "asked the submission" in found[f"{UNIT}/test_that_draws_afterwards"]
    assert "can't be copied" in found[f"{UNIT}/test_of_what_is_used_up"]


def test_an_audit_finds_examples_that_differ_from_one_recording_to_the_next(tmp_path: Path) -> None:
    spec = spec_of(course(tmp_path, ON_TAPE + UNSTEADY), tier="T0", verify=True)
    assert list(untaped(spec)) == [f"{UNIT}/test_of_other_examples_each_time"]


def test_authors_and_instructors_are_told(tmp_path: Path) -> None:
    root = course(tmp_path, ON_TAPE + OFF_TAPE).root
    (root / "class" / "ann").mkdir(parents=True)
    (root / "class" / "ann" / "doubling.py").write_text(KEY)
    (root / "secret").write_bytes(SECRET)
    (root / "secret").chmod(0o600)
    graded_ = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=root)
    assert graded_.returncode == 0, graded_.stderr
    (told,) = [event for event in events_in(root / "out") if event["event"] == "drawn_for_each"]
    assert len(told["tests"]) == 3 and f"{UNIT}/test_that_torch_draws" in told["tests"]
    audited = command("audit", "--seeds", "1", "--out", "audit", cwd=root).stdout
    assert audited.count("draws its examples for every submission, which is slower: ") == 3, audited


def test_a_suite_that_fails_its_own_answer_key_grades_nobody(tmp_path: Path) -> None:
    wrong = ON_TAPE.replace("require(before <= 4", "require(before <= 2")
    with pytest.raises(JudgeFault, match="answer key itself does not pass"):
        untaped(spec_of(course(tmp_path, wrong), tier="T0"))


def test_another_secret_than_the_judges_has_examples_of_its_own(tmp_path: Path) -> None:
    course_ = course(tmp_path, ON_TAPE)
    unit, other = course_.unit(UNIT), b"another secret"
    wrong = {"wrong": "def double(x):\n    return [2 * n if n < 90 else n for n in x]\n"}
    own = graded(spec_of(course_, tier="T0", secret=other), unit, wrong, tmp_path)["wrong"]
    with JudgeClient(spec_of(course_, tier="T0")) as judge:
        judge.submit("a", UNIT, tmp_path / "0" / UNIT / "doubling.py", secret=other)
        tests = [msgspec.structs.replace(test, seconds=0.0) for test in judge.next_answer().tests]
        judge.submit("a", UNIT, tmp_path / "0" / UNIT / "doubling.py")
        here = [msgspec.structs.replace(test, seconds=0.0) for test in judge.next_answer().tests]
    assert tests == own
    assert [t.outcome for t in here] == [t.outcome for t in own] and here != own


def _of(variants: list[Variant], kind: str) -> list[Variant]:
    return [v for v in variants if v.kind == kind]


SLICES = {  # unit → a function, and what is kept of its tests: all of the function's, or these; tests/kit/slow has all
    "01_softmax": ("nll", ("test_nll_is_a_mean_of_looked_up_entries", "test_gradient_of_nll")),
    "08_optimizer": ("weight_decay", ("weight_decay",)),
}


@needs_walls
@pytest.mark.parametrize("name", SLICES)
def test_real_units_give_the_same_records(name: str, tmp_path: Path) -> None:
    """One function of a unit: a wheat, the lesson, two chaffs and the stub. slow/test_same_records.py has more."""
    original, (function, kept) = Course(ROOT).unit(name), SLICES[name]
    course_ = Course(write_slice(tmp_path, kept, name))
    variants = [v for v in variants_of(original) if v.kind != "chaff" or v.root == function]
    few = [v for kind, n in (("wheat", 1), ("lesson", 1), ("chaff", 2)) for v in _of(variants, kind)[:n]]
    texts = {v.name: v.text for v in few} | {"stub": generate_stub(original)}
    unit = course_.unit(name)
    taped, drawn = (graded(spec_of(course_, name, tape=t), unit, texts, tmp_path) for t in (True, False))
    assert taped == drawn
