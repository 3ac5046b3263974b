"""The messages between the front and a worker: one line of JSON each, of known types and limited length."""

from __future__ import annotations

import msgspec

from grader.encodable import all_encodable
from grader.records.outcomes import Outcome

MOST_BYTES = 1 << 20  # of a line; a verdict's texts are cut far below it


class Order(msgspec.Struct, frozen=True, tag=True):
    """From the front to a worker."""


class Collect(Order, frozen=True):
    """Collect the unit's tests and warm up."""

    unit: str


class Run(Order, frozen=True):
    """Import the module anew and run the tests of these names, in this order."""

    unit: str
    tests: tuple[str, ...]


class Stop(Order, frozen=True):
    """End the run after the test that is being run."""


class Report(msgspec.Struct, frozen=True, tag=True):
    """From a worker to the front."""


class Test(msgspec.Struct, frozen=True):
    """A test of a unit. See suite.points.TestInfo."""

    name: str
    title: str
    function: str
    band: str
    points: int
    hint: str
    deepens: str | None = None
    form: bool = False


class Ready(Report, frozen=True):
    """The tests are collected, in the order of the unit's functions."""

    unit: str
    tests: tuple[Test, ...]


class Uncollectable(Report, frozen=True):
    """The unit's tests can't be collected."""

    text: str


class Missing(Report, frozen=True):
    """There is neither a module nor a notebook."""

    file: str


class Opened(Report, frozen=True):
    """This file is being imported.

    note: on the choice between module and notebook; "" if it needs no words
    """

    file: str
    note: str


class Imported(Report, frozen=True):
    """The module was imported."""


class Started(Report, frozen=True):
    """This test is being run."""

    test: str


class Tested(Report, frozen=True):
    """A verdict. See suite.plugin.verdict.Verdict.

    test:    "" when the module could not be imported, so that no test was run
    clause:  the words that it was judged by, in a sentence, where they help
    printed: the end of what the student's code printed during the test
    """

    test: str
    outcome: Outcome
    message: str = ""
    counterexample: str = ""
    where: str = ""
    clause: str = ""
    printed: str = ""


class AllTested(Report, frozen=True):
    """Every test has its verdict. Those that passed on examples of before are now run on others, which takes longer."""


class Stuck(Report, frozen=True):
    """A call has outlasted its limit, and the time limit within the process did not end it."""

    text: str
    where: str


class Ended(Report, frozen=True):
    """The student's code raised what ends a process."""

    text: str


class Pulse(Report, frozen=True):
    """The worker is alive."""


class Done(Report, frozen=True):
    """The run has ended. marked: the student's code has left something behind that a fresh process has not."""

    marked: bool


AnyOrder = Collect | Run | Stop
AnyReport = (
    Ready
    | Uncollectable
    | Missing
    | Opened
    | Imported
    | Started
    | Tested
    | AllTested
    | Stuck
    | Ended
    | Pulse
    | Done
)
_ORDERS = msgspec.json.Decoder(AnyOrder)
_REPORTS = msgspec.json.Decoder(AnyReport)


def to_line(message: Order | Report) -> bytes:
    return msgspec.json.encode(all_encodable(msgspec.to_builtins(message))) + b"\n"


def order_of(line: bytes) -> AnyOrder:
    return _ORDERS.decode(line)


def report_of(line: bytes) -> AnyReport:
    """Return the message. Raise ValueError for a line that is none."""
    return _REPORTS.decode(line)
