"""`grader watch` on tests that draw examples: those that passed are played again, then others are tried."""

from __future__ import annotations

from pathlib import Path

from support import small_course
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
