"""A line from a worker of `grader watch`, in whose process the student's code runs: a report, or refused."""

from __future__ import annotations

import msgspec
from fuzz import expect
from fuzz.damage import damaged, texts
from hypothesis import strategies as st

from grader.home.watch import messages
from grader.records.outcomes import Outcome

_TEST = messages.Test("test_a", "a", "f", "core", 2, "hint")
_REPORTS: st.SearchStrategy[messages.Report] = st.one_of(
    st.just(messages.Ready("01_softmax", (_TEST, _TEST))),
    st.builds(messages.Tested, texts(), st.sampled_from(Outcome), texts(), texts(), texts()),
    st.builds(messages.Stuck, texts(), texts()),
    st.builds(messages.Opened, texts(), texts()),
    st.builds(messages.Done, st.booleans()),
)
_TOKENS = [b'"type":"Done"', b'"type":"Tested"', b"null", b"[[[[", b'"\\ud800"', b"\n", b"1e999"]
INPUTS = damaged(_REPORTS.map(messages.to_line), _TOKENS)


def run(data: bytes) -> None:
    try:
        report = messages.report_of(data)
    except ValueError:
        return
    line = messages.to_line(report)
    expect(line.count(b"\n") == 1 and messages.report_of(line) == report, line)
    msgspec.json.decode(line)
