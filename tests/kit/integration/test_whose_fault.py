"""Once code of a submission has run, what goes wrong is that submission's: it gets a grade, and ends no class."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import Record, command, events_in, needs_walls, records_in
from support.small_course import RIGHT, UNIT, write_course

from grader.box import zygote as zygotes
from grader.box.walls import Tier
from grader.box.walls.ground import Ground
from grader.box.walls.selftest import best_tier
from grader.box.wire import WireError, unpack
from grader.judge.server import JudgeServer
from grader.judge.telling import answer_of

SENDS = """
import json, os, struct

def send(reply, end=True):
    tree = json.dumps([reply, []]).encode()
    message = memoryview(struct.pack("!IQ", len(tree), 0) + tree)
    while len(message):
        message = message[os.write(3, message):]
    if end:
        os._exit(0)
"""
TREBLE = "\ndef treble(x):\n    return 3 * x\n"
# name → the module, and how the tests of double have to end
DODGES = {
    "raises_a_fault": (
        "from grader.endings import BoxFault\ndef double(x):\n    raise BoxFault('the machine is on fire')"
        + TREBLE,
        "error",
    ),
    "raises_a_fault_at_import": (
        "from grader.endings import BoxFault\nraise BoxFault('the machine is on fire')",
        "error",
    ),
    "sends_a_fault": (SENDS + "def double(x):\n    send({'s': {'fault': 'on fire'}})" + TREBLE, "crashed"),
    "sends_a_fault_at_import": (SENDS + "send({'s': {'fault': 'on fire'}})", "error"),
    "says_that_its_walls_are_up": (SENDS + "send({'s': {'walls': 'up'}}, end=False)\n" + RIGHT, "error"),
    "same_hashes": (
        SENDS
        + "def double(x):\n    send({'s': {'value': {'d': [[(k + 1) * (2**61 - 1), 0] for k in range(200000)]}}})"
        + TREBLE,
        "crashed",
    ),
    "many_empty_lists": (
        SENDS.replace("json.dumps([reply, []]).encode()", "b'[' + reply + b', []]'")
        + "def double(x):\n    send(b'[' + b'[],' * (24 << 20) + b'1]')"
        + TREBLE,
        "crashed",
    ),
    "leaves_without_a_word": ("import os\ndef double(x):\n    os._exit(0)" + TREBLE, "crashed"),
    "kills_itself": (
        "import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGKILL)" + TREBLE,
        "crashed",
    ),
    "waits_at_import_and_leaves": (
        "import os, time\ntime.sleep(3)\ndef double(x):\n    os._exit(0)" + TREBLE,
        "timeout",
    ),
    # From T3 on the kernel refuses a thread too many; below, the judge ends the box.
    "thousands_of_threads": (
        "import threading, time\nthreading.stack_size(32768)\n"
        "def double(x):\n"
        "    for _ in range(20000):\n        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        "    return 2 * x" + TREBLE,
        "error" if best_tier() is Tier.T3 else "crashed",
    ),
}
# What the judge itself does with a value is stood in for by a test that dies, or works without end, over it.
ON_THE_JUDGE = {
    "kills_the_judge": ("def double(x):\n    return 2 * x\ndef treble(x):\n    return 'SIGKILL'", "crashed"),
    "keeps_the_judge_busy": (
        "def double(x):\n    return 2 * x\ndef treble(x):\n    return 'busy'",
        "timeout",
    ),
}
IN_THE_TEST = """
import os, signal

@points(1, function="treble", band="stretch", hint="what a value does to the judge")
def test_judging(student):
    \"\"\"treble(1) is no strange value\"\"\"
    value = student.treble(1)
    if value == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)
    while value == "busy":
        pass
"""
LIMITS = "[limits]\ntest_cpu_seconds = 1\nsubmission_cpu_seconds = 2\n[functions.double]"

pytestmark = needs_walls


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = {name: text for name, (text, _) in (DODGES | ON_THE_JUDGE).items()}
    course = write_course(tmp_path_factory.mktemp("course"), texts | {"zoe": RIGHT})
    about = course / "tests" / UNIT / "unit.toml"
    about.write_text(about.read_text().replace("[functions.double]", LIMITS, 1))
    suite = course / "tests" / UNIT / "test_doubling.py"
    head, first, rest = suite.read_text().partition("@points(2")
    suite.write_text(head + IN_THE_TEST + first + rest)
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--jobs", "2", cwd=course)
    assert done.returncode == 0, done.stderr
    return course / "out"


@pytest.fixture(scope="module")
def records(graded: Path) -> dict[str, Record]:
    return records_in(graded)


@pytest.mark.parametrize("name", DODGES)
def test_it_is_graded_and_earns_what_its_honest_functions_do(records: dict[str, Record], name: str) -> None:
    record = records[name]
    assert record["status"] == "graded", record.get("fault")
    # With a user of its own, the kernel refuses it more threads before the judge has counted them.
    refused = name == "thousands_of_threads" and record["tier"] == "T3"
    ending = "error" if refused else DODGES[name][1]
    own = [t for t in record["tests"] if t["of"] == "double"]
    assert ending in {t["outcome"] for t in own}, {t["outcome"]: t["message"] for t in own}
    assert not any(t["earned"] for t in own if t["outcome"] != "pass")
    assert all(t["message"] for t in own if t["outcome"] != "pass")


@pytest.mark.parametrize(
    "name",
    [
        n
        for n, (text, _) in DODGES.items()
        if "def double" in text and n.split("_")[0] not in ("says", "waits")
    ],
)
def test_its_other_function_keeps_its_points(records: dict[str, Record], name: str) -> None:
    assert {t["outcome"] for t in records[name]["tests"] if t["of"] == "treble"} == {"pass"}


@pytest.mark.parametrize("name", ON_THE_JUDGE)
def test_what_was_judged_before_the_judge_died_counts(records: dict[str, Record], name: str) -> None:
    record, ending = records[name], ON_THE_JUDGE[name][1]
    assert record["status"] == "graded"
    outcomes = {t["id"].partition("::")[2]: t["outcome"] for t in record["tests"]}
    assert {outcomes[n] for n in ("test_double", "test_negative")} == {"pass"}
    assert outcomes["test_large"] == ending  # hidden tests come last
    assert outcomes["test_judging"] == ending
    assert record["score"]["core"] == {"earned": 2, "possible": 2}


def test_the_class_goes_on(records: dict[str, Record], graded: Path) -> None:
    assert records["zoe"]["score"]["core"]["earned"] == 2
    again = [e for e in events_in(graded) if e["event"] == "retried"]
    # Below T2, where a box can kill itself by SIGKILL, that is tried again as well: a machine may have done it.
    assert {e["student"] for e in again} - {"kills_itself"} == {"kills_the_judge"}, (
        "a busy one would be as busy again"
    )
    assert "SIGKILL" in next(e["reason"] for e in again if e["student"] == "kills_the_judge")


def test_waiting_is_limited_for_all_boxes_together(records: dict[str, Record]) -> None:
    """Four seconds here, twice the 2 s of CPU time: one import of three, and a part of the next."""
    record = records["waits_at_import_and_leaves"]
    assert any("whole submission may wait" in t["message"] for t in record["tests"])


def test_a_death_before_the_walls_is_no_fault_of_the_submission() -> None:
    answer = answer_of(b"", -signal.SIGKILL, [], overdue=False)
    assert "SIGKILL" in answer["fault"] and "fallback" not in answer
    assert "fallback" in answer_of(b'{"walls": "up"}\n{"test": {"i', 0, [], overdue=False)


def test_time_that_the_judge_has_used_up_is_used_once() -> None:
    walled = b'{"walls": "up"}\n'
    assert answer_of(walled, -signal.SIGXCPU, [], overdue=False) == {"tests": []}
    assert "fault" in answer_of(b"", -signal.SIGXCPU, [], overdue=False)


def test_a_fork_that_fails_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def fork() -> int:
        tries.append(1)
        if len(tries) < 4:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return 4711

    monkeypatch.setattr(zygotes, "_FORK_PAUSE", 0.001)
    monkeypatch.setattr(os, "fork", fork)
    control, other = socket.socketpair()
    with control, other:
        assert zygotes.Zygote(control, Ground())._fork() == 4711
        signal.set_wakeup_fd(-1)
    assert len(tries) == 4


class _FullMachine(JudgeServer):
    """A judge on a machine that has no room for another process."""

    def __init__(self, refuses: int) -> None:
        from collections import deque

        self._waiting, self._waiting_since = deque([{"job": "1"}, {"job": "2"}]), 0.0
        self._left, self.said, self.started = refuses, [], []  # type: ignore[var-annotated]

    def _start(self, session: Any, job: dict[str, Any]) -> None:
        self._left -= 1
        if self._left >= 0:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        self.started.append(job["job"])

    def _say(self, line: dict[str, Any]) -> None:
        self.said.append(line)


def test_jobs_wait_for_a_process_and_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = _FullMachine(refuses=2)
    for _ in range(3):
        judge._start_waiting(None)  # type: ignore[arg-type]
    assert (judge.started, judge.said) == (["1", "2"], [])
    monkeypatch.setattr("grader.judge.server._FORK_PATIENCE", 0.0)
    judge = _FullMachine(refuses=1)
    judge._start_waiting(None)  # type: ignore[arg-type]
    assert [line["job"] for line in judge.said] == ["1"] and "no process" in judge.said[0]["fault"]
    assert judge.started == ["2"]


def _message(tree: object) -> bytes:
    text = json.dumps([tree, []]).encode()
    return struct.pack("!IQ", len(text), 0) + text


def _same_hash() -> Iterator[list[int]]:
    for k in range(20):
        yield [k * (2**61 - 1), 0]


def test_a_dict_whose_keys_have_one_hash_is_refused_and_others_are_not() -> None:
    with pytest.raises(WireError, match="same hash"):
        unpack(_message({"d": list(_same_hash())}))
    assert unpack(_message({"d": [[k, k] for k in range(-500, 500)]})) == {k: k for k in range(-500, 500)}
