"""The lines of a judge's fork that died, cut off anywhere: an answer, or a fault with what to settle for."""

from __future__ import annotations

import json
import signal

from fuzz import expect
from fuzz.damage import texts
from fuzz.targets.record import TEST
from hypothesis import strategies as st

from grader.judge.messages import parse_answer
from grader.judge.telling import answer_of

_LINES = st.sampled_from(
    [
        {"walls": "up"},
        {"test": TEST},
        {"test": {**TEST, "message": "\ud800\x1b"}},
        {"answer": {"tests": [TEST], "cpu": 1.5, "asked_submitter": True}},
        {"answer": {"fault": "a fault: MemoryError"}},
        {"answer": {"fault": ""}},
    ]
) | texts().map(lambda text: {"test": {**TEST, "title": text, "message": text}})
_TOLD = st.lists(_LINES, max_size=5).map(
    lambda lines: b"".join(json.dumps(line).encode() + b"\n" for line in lines)
)
INPUTS = st.tuples(_TOLD, st.integers(0, 3000)).map(
    lambda pair: pair[0][: len(pair[0]) - pair[1] % (1 + len(pair[0]))]
)
_ENDS = (0, 1, -signal.SIGKILL, -signal.SIGXCPU)


def run(data: bytes) -> None:
    if not _is_cut(data):
        return
    for code in _ENDS:
        answer = parse_answer(
            json.loads(
                json.dumps(
                    {"job": "1", "seconds": 1.0, **answer_of(data, code, (), overdue=code == -signal.SIGKILL)}
                )
            )
        )
        final = answer.final
        time_is_up = code == -signal.SIGXCPU and b'{"walls": "up"}' in data
        expect(answer.job == "1" and (answer.fault or b'"answer"' in data or time_is_up), answer)
        expect(not (final.fault and answer.fallback), final)


def _is_cut(data: bytes) -> bool:
    """Return True for lines as a fork writes them, the last of which may end anywhere."""
    whole, _, last = data.rpartition(b"\n")
    try:
        lines = [json.loads(line) for line in whole.split(b"\n") if line]
        kinds = {"walls": str, "test": dict, "answer": dict}
        if not all(isinstance(v, kinds[k]) for line in lines for k, v in line.items()):
            return False
        for line in lines:
            parse_answer({"tests": [line["test"]]} if "test" in line else dict(line.get("answer", {})))
            json.dumps(line)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return False
    return not last or (last.startswith(b'{"') and not last.endswith(b"}"))
