"""Ten different mistakes, told so that they teach: property, smallest input, got and expected, hint, replay."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import UNIT, Record, command, needs_walls, records_in
from support.sliced_course import SOME_TESTS, write_slice
from support.small_course import RIGHT, write_course

pytestmark = needs_walls

# mistake → (its code, the test that tells it best)
MISTAKES = {
    "no_shift": (
        "def logsumexp(x, dim=-1, keepdim=False):\n    return x.exp().sum(dim, keepdim).log()\n",
        "logsumexp",
    ),
    "shift_not_added_back": (
        "def logsumexp(x, dim=-1, keepdim=False):\n"
        "    return (x - x.amax(dim, True)).exp().sum(dim, keepdim).log()\n",
        "logsumexp",
    ),
    "maximum_of_everything": (
        "def logsumexp(x, dim=-1, keepdim=False):\n"
        "    return x.max() + (x - x.max()).exp().sum(dim, keepdim).log()\n",
        "logsumexp",
    ),
    "always_the_last_dim": (
        "right = logsumexp\n\n\ndef logsumexp(x, dim=-1, keepdim=False):\n    return right(x, -1, keepdim)\n",
        "logsumexp",
    ),
    "no_minus": (
        "def nll(log_probs, target):\n    return log_probs[range(len(target)), target].mean()\n",
        "nll",
    ),
    "sum_for_mean": (
        "def nll(log_probs, target):\n    return -log_probs[range(len(target)), target].sum()\n",
        "nll",
    ),
    "wrong_axis": (
        "def accuracy(out, target):\n    best = out.argmax(0)[: len(target)]\n"
        "    return (best == target[: len(best)]).float().mean()\n",
        "accuracy",
    ),
    "forgotten_return": (
        "def accuracy(out, target):\n    (out.argmax(1) == target).float().mean()\n",
        "accuracy",
    ),
    "raises": ("def nll(log_probs, target):\n    return log_probs.wrong_name\n", "nll"),
    "in_place": (
        "def log_softmax(x, dim=-1):\n    m = x.amax(dim, True)\n    x -= m\n    return x - logsumexp(x, dim, True)\n",
        "log_softmax",
    ),
}


TESTS = (
    *SOME_TESTS,
    "test_any_dim_and_keepdim",
    "test_each_row_predicts_one_class",
    "test_input_of_log_softmax_stays_as_it_is",
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slice(tmp_path_factory.mktemp("course"), TESTS)


@pytest.fixture(scope="module")
def folder(write_class: Callable[..., Path]) -> Path:
    return write_class({name: code for name, (code, _) in MISTAKES.items()})


@pytest.fixture(scope="module")
def out(course: Path, folder: Path, secret: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("graded")
    done = command("grade", folder, "--unit", UNIT, "--out", out, "--secret", secret, cwd=course)
    assert done.returncode == 0, done.stderr
    return out


def told(record: Record, function: str) -> list[Record]:
    return [
        t
        for t in record["tests"]
        if t["of"] == function and t["outcome"] in ("fail", "error") and not t["hidden"]
        if not t["message"].startswith("Work that does nothing would pass this test, too")
    ]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_message_names_property_example_got_expected_and_hint(out: Path, mistake: str) -> None:
    failures = told(records_in(out)[mistake], MISTAKES[mistake][1])
    assert failures
    for failure in failures:
        assert len(failure["title"]) > 20
        assert failure["hint"]
        assert failure["counterexample"]
        assert len(failure["counterexample"]) < 700
        assert "Traceback" not in failure["message"]
    messages = " ".join(f["message"] for f in failures)
    assert re.search(r"is \S+, expected|has to|raised AttributeError|was modified|has shape", messages)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_example_can_be_pasted_and_shows_what_was_told(out: Path, folder: Path, mistake: str) -> None:
    for failure in told(records_in(out)[mistake], MISTAKES[mistake][1]):
        if "<" in failure["counterexample"]:
            continue  # a tensor too large to print is described
        code = f"from softmax import *\n{failure['counterexample']}"
        ran = subprocess.run(
            [sys.executable, "-u", "-c", code], cwd=folder / mistake, capture_output=True, text=True
        )
        assert (ran.returncode == 0) == (failure["outcome"] == "fail"), failure["counterexample"] + ran.stderr
        return
    raise AssertionError("no example was small enough to paste")


@pytest.mark.parametrize("mistake", ["no_shift", "maximum_of_everything", "in_place"])
def test_replay_of_a_record_reproduces_the_message(
    course: Path, out: Path, folder: Path, mistake: str
) -> None:
    record = next((out / "records" / mistake).glob("*.json"))
    failure = next(t for t in told(json.loads(record.read_text()), MISTAKES[mistake][1]) if t["replay"])
    done = command(
        *("replay", failure["id"].partition("::")[2]),
        *("--record", record, "--submission", folder / mistake / "softmax.py"),
        cwd=course,
    )
    assert done.returncode == 1, done.stdout
    for line in failure["message"].splitlines():
        assert line in done.stdout
    for line in failure["counterexample"].splitlines():
        assert line in done.stdout


ODD = {
    "a_notebook_saved_as_a_module": (
        json.dumps({"cells": [{"cell_type": "code", "execution_count": None, "source": "x = 1"}]}, indent=1),
        "It is a notebook under the name of a module",
    ),
    "a_notebook_in_one_line": (
        json.dumps({"cells": [{"cell_type": "code", "execution_count": None, "source": "x = 1"}]}),
        "It is a notebook under the name of a module",
    ),
    "changed_builtins": (
        "import builtins\nbuiltins.len = builtins.isinstance = None\n" + RIGHT,
        "does the module change",
    ),
    "a_number": ("double = 2", "double is of type int, and not a function"),
    "none": ("double = None", "Not written yet"),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    course = write_course(tmp_path_factory.mktemp("odd"), {name: text for name, (text, _) in ODD.items()})
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=course)
    assert done.returncode == 0, done.stderr
    return records_in(course / "out")


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told_in_words_that_help(odd: dict[str, Record], name: str) -> None:
    assert ODD[name][1] in odd[name]["tests"][0]["message"]
    assert (odd[name]["tests"][0]["outcome"] == "not_implemented") is (name == "none")
