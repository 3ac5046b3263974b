"""`grader watch` on tests that draw examples: those that passed are played again, then others are tried."""

from __future__ import annotations

from pathlib import Path

from support import UNIT, command, small_course
from support.watching import piped

_DRAWING = '''
from hypothesis import given, strategies as st

@points(1, function="double")
@given(x=st.integers())
def test_any(student, x):
    """double(x) = x + x"""
    if student.double(x) != x + x:
        raise Mismatch(f"double({x}) is wrong")
'''
_TIRED = """
calls = 0


def double(x):
    global calls
    calls += 1
    return 2 * x if calls < 31 else 0
"""
_NEXT = "Nothing else is left to write."


def test_other_examples_are_tried_when_all_verdicts_are_there(tmp_path: Path) -> None:
    course = small_course.write_course(tmp_path / "course", {})
    tests = course / "tests" / small_course.UNIT / "test_doubling.py"
    tests.write_text(tests.read_text() + _DRAWING)
    module = course / "assignments" / small_course.UNIT / "doubling.py"
    module.parent.mkdir(parents=True)
    module.write_text(_TIRED)
    with piped(course) as watching:
        watching.until(_NEXT)  # the examples are drawn: 20 calls, and those of the other tests
        module.touch()
        assert "failed" not in watching.until(_NEXT)  # the same examples
        assert "failed: double(x) = x + x" in watching.until("Open assignments")  # others, with more calls
        module.write_text(small_course.RIGHT)
        assert "failed" not in watching.until(_NEXT)


def test_a_unit_of_a_students_bundle(tmp_path: Path, answer_key: str) -> None:
    bundle = tmp_path / "bundle"
    assert command("release", "--no-notebooks", bundle).returncode == 0
    module = bundle / "assignments" / UNIT / "softmax.py"
    stub = module.read_text(encoding="utf-8")
    naive = (
        "\n\ndef logsumexp(x, dim=-1, keepdim=False):\n    return x.exp().sum(dim, keepdim=keepdim).log()\n"
    )
    with piped(bundle, env={"PYTHONPATH": str(bundle)}) as watching:
        assert f"== {UNIT}: softmax.py\n48 not written yet\n" in watching.until("next: naive_log_softmax")
        module.write_text(answer_key, encoding="utf-8")
        assert "48 passed" in watching.until("Open assignments/02_init/init.py")
        module.write_text(answer_key + naive, encoding="utf-8")
        printed = watching.until("Open assignments")
        failure = printed.partition("✗ failed: logsumexp(x)[i] = log Σⱼ exp x[i, j]")[2].partition("✗")[0]
        assert "The smallest example found:" in failure and "logsumexp(torch.tensor(" in failure
        assert "next: logsumexp" in printed
        module.write_text(answer_key + "\n# right again\n", encoding="utf-8")
        assert "77 of 77 points" in watching.until("Open assignments/02_init/init.py")
        module.write_text(stub, encoding="utf-8")
        assert "48 not written yet" in watching.until("next: naive_log_softmax")
