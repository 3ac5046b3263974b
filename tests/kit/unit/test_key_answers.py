"""`reference` on the tape: the same answers in the same order, and the answer key itself for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.box.direct import DirectBox
from grader.endings import StudentError
from grader.suite.tape.key_answers import TapedReference
from grader.suite.tape.taped import ReferenceAnswer

KEY = """
calls = []
def half(x):
    calls.append(x)
    if x % 2:
        raise ValueError(f"{x} is odd")
    return [x // 2]
def asked(): return len(calls)
"""


@pytest.fixture
def reference(tmp_path: Path) -> TapedReference:
    (tmp_path / "key.py").write_text(KEY)
    return TapedReference(DirectBox(tmp_path / "key.py", None, (), cpu_seconds=None))


def ask(reference: TapedReference, name: str, *args: object) -> object:
    return reference.request("call", name, list(args), {}, None)


def recorded(reference: TapedReference) -> list[ReferenceAnswer]:
    answers: list[ReferenceAnswer] = []
    reference.record(answers)
    assert ask(reference, "half", 4) == [2]
    with pytest.raises(StudentError):
        ask(reference, "half", 5)
    reference.stop()
    return answers


def test_answers_and_errors_come_from_the_tape(reference: TapedReference) -> None:
    answers = recorded(reference)
    for _ in range(2):  # what is done to an answer or an error stays there
        reference.play(answers)
        answer = ask(reference, "half", 4)
        assert answer == [2]
        answer.append("changed")  # type: ignore[attr-defined]
        with pytest.raises(StudentError, match="5 is odd") as caught:
            ask(reference, "half", 5)
        assert caught.value.classes[0] == "ValueError" and not hasattr(caught.value, "__notes__")
        caught.value.add_note("as hypothesis does")
    reference.stop()
    assert ask(reference, "asked") == 2, "nothing was asked but while recording"


def test_another_request_is_asked_after_what_came_before_it(reference: TapedReference) -> None:
    answers = recorded(reference)
    reference.play(answers)
    assert ask(reference, "half", 4) == [2]
    assert ask(reference, "half", 8) == [4]
    assert ask(reference, "asked") == 2 + 2, "4 again, so that the key is where it was, and 8"
    with pytest.raises(StudentError):
        ask(reference, "half", 5)


def test_more_than_was_recorded_is_asked(reference: TapedReference) -> None:
    reference.play(recorded(reference)[:1])
    assert [ask(reference, "half", n) for n in (4, 6)] == [[2], [3]]
