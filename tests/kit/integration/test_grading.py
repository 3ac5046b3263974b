"""Grading a class: the same records however it is run, and nothing lost or done twice when it is killed."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT, UNIT, command, killed_in_the_middle, needs_walls, records_in, started
from support.families import family_of
from support.sliced_course import write_slice
from warm.popen import all_anew

from grader.records.record import parse_record, without_times

pytestmark = needs_walls

MISTAKE = "def nll(log_probs, target):\n    return -log_probs[range(len(target)), target].sum()\n"
FORGETFUL = """
calls = []


def accuracy(out, target):
    calls.append(1)
    return torch.tensor(0.0) if len(calls) > 3 else (out.argmax(1) == target).float().mean()
"""
MISUSED = "def logsumexp(x, dim=-1, keepdim=False):\n    return x[0]\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slice(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def small_class(write_class: Callable[..., Path]) -> Path:
    names = [f"student{i}" for i in range(5)]
    return write_class(
        {**dict.fromkeys(names, ""), "mistaken": MISTAKE, "forgetful": FORGETFUL, "misused": MISUSED}
    )


Grade = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def grade(course: Path) -> Grade:
    def run(folder: Path, out: Path, secret: Path, *more: object) -> subprocess.CompletedProcess[str]:
        return command("grade", folder, "--unit", UNIT, "--out", out, "--secret", secret, *more, cwd=course)

    return run


def plain(out: Path) -> dict[str, object]:
    return {s: without_times(parse_record(r)) for s, r in records_in(out).items()}


@pytest.fixture(scope="module")
def once(grade: Grade, small_class: Path, secret: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("once")
    done = grade(small_class, out, secret, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return out


def test_one_job_or_two_give_the_same_records(
    grade: Grade, once: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    assert grade(small_class, tmp_path, secret, "--jobs", "1").returncode == 0
    assert plain(tmp_path) == plain(once)


def test_another_secret_gives_other_examples(
    grade: Grade, once: Path, small_class: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    done = grade(small_class / "mistaken", tmp_path / "out", secret)
    assert done.returncode == 0, done.stderr
    assert secret.stat().st_mode & 0o077 == 0
    (mine,) = records_in(tmp_path / "out").values()
    assert mine["seed_id"] != records_in(once)["mistaken"]["seed_id"]


def test_the_place_of_installation_changes_nothing(
    course: Path, once: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    """Hypothesis looks for constants in modules it takes for local; where the kit lies may not matter."""
    elsewhere = shutil.copytree(course, tmp_path / "tests" / "course")
    shutil.copytree(ROOT / "grader", elsewhere / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    done = command(
        *("grade", small_class, "--unit", UNIT, "--out", tmp_path / "out", "--secret", secret),
        cwd=elsewhere,
        env={"PYTHONPATH": str(elsewhere)},
    )
    assert done.returncode == 0, done.stderr
    assert plain(tmp_path / "out") == plain(once)


def test_a_second_run_grades_nothing_again(
    grade: Grade, once: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(once, tmp_path / "out")
    lines = (out / "journal.jsonl").read_text()
    before = records_in(out)
    done = grade(small_class, out, secret)
    assert "0 now" in done.stdout
    assert (out / "journal.jsonl").read_text() == lines
    assert records_in(out) == before


def test_a_changed_submission_alone_is_graded_again(
    grade: Grade, once: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(small_class, tmp_path / "class")
    out = shutil.copytree(once, tmp_path / "out")
    module = folder / "student1" / "softmax.py"
    module.write_text(module.read_text() + MISTAKE)
    assert "1 now" in grade(folder, out, secret).stdout
    after, before = plain(out), plain(once)
    assert after["student1"] != before["student1"]
    assert {s: r for s, r in after.items() if s != "student1"} == {
        s: r for s, r in before.items() if s != "student1"
    }


def test_a_lost_record_comes_back_from_the_journal(
    grade: Grade, once: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(once, tmp_path / "out")
    shutil.rmtree(out / "records")
    assert "0 now" in grade(small_class, out, secret).stdout
    assert records_in(out) == records_in(once)


@pytest.mark.parametrize("signals", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_and_run_again(
    grade: Grade,
    course: Path,
    once: Path,
    small_class: Path,
    secret: Path,
    tmp_path: Path,
    signals: signal.Signals,
) -> None:
    out = tmp_path / "out"
    journal = out / "journal.jsonl"
    arguments = ("grade", small_class, "--unit", UNIT, "--out", out, "--secret", secret, "--jobs", "1")
    # When nothing can be done at the end, the kernel ends a judge whose parent has gone.
    with all_anew() if signals is signal.SIGKILL else contextlib.nullcontext():
        process = started(*arguments, cwd=course, anew=True)
    done_then = killed_in_the_middle(process, journal, signals)
    assert len(done_then) < 8
    _wait_until_gone(process.pid)
    with journal.open("a") as file:
        file.write('{"key": ["cut off in the')  # what a power cut may leave
    done = grade(small_class, out, secret)
    assert done.returncode == 0, done.stderr
    assert f"{8 - len(done_then)} now" in done.stdout
    after = records_in(out)
    assert all(after[r["student"]] == r for r in done_then)  # times included: not graded twice
    assert plain(out) == plain(once)


def _wait_until_gone(command: int) -> None:
    """No process of the killed run is left: neither judge, zygote nor box."""
    deadline = time.monotonic() + 20
    while True:
        left = family_of(command)
        if not left:
            return
        assert time.monotonic() < deadline, [Path(f"/proc/{p}/stat").read_text() for p in left]
        time.sleep(0.05)


def test_two_runs_into_one_folder_are_refused(
    grade: Grade, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    import fcntl

    with (tmp_path / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = grade(small_class, tmp_path, secret)
    assert done.returncode == 2
    assert "another `grader grade`" in done.stderr


def test_dependence_on_earlier_calls_is_told(once: Path) -> None:
    messages = [t["message"] for t in records_in(once)["forgetful"]["tests"] if t["of"] == "accuracy"]
    assert any("depends on what was called before" in m or "Different results" in m for m in messages)


def test_results_that_cannot_be_used_are_the_submissions_fault(once: Path) -> None:
    record = records_in(once)["misused"]
    assert record["status"] == "graded"
    assert record["score"]["core"]["earned"] < record["score"]["core"]["possible"]


def test_json_prints_one_record_and_nothing_else(
    course: Path, small_class: Path, secret: Path, once: Path
) -> None:
    module = small_class / "mistaken" / "softmax.py"
    done = command("grade", module, "--unit", UNIT, "--json", "--secret", secret, cwd=course)
    assert without_times(parse_record(json.loads(done.stdout))) == plain(once)["mistaken"]


def test_what_a_record_says(once: Path) -> None:
    record = records_in(once)["mistaken"]
    assert {"schema", "student", "unit", "suite_sha256", "seed_id", "versions", "tier", "device"} <= set(
        record
    )
    failing = {t["of"] for t in record["tests"] if t["outcome"] != "pass"}
    assert failing == {"nll", "cross_entropy"}
    for band, score in record["score"].items():
        own = [t for t in record["tests"] if t["band"] == band]
        assert score == {"earned": sum(t["earned"] for t in own), "possible": sum(t["points"] for t in own)}
        assert all(t["earned"] in (0, t["points"]) for t in own)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no/such/folder"], "there is no"),
        (["reference", "--unit", "77_nothing"], "no unit '77_nothing'"),
        (["reference", "--tier", "T9"], "no tier"),
        (["reference", "--match", "("], "--match"),
    ],
)
def test_bad_usage_is_said_in_a_sentence(arguments: list[str], says: str) -> None:
    done = command("grade", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_submissions_is_said_to_be_one(tmp_path: Path) -> None:
    listed = command("grade", tmp_path, "--dry-run")
    assert (listed.returncode, listed.stdout) == (0, "Nothing to grade.\n")
    graded = command("grade", tmp_path, "--out", tmp_path / "out")
    assert graded.returncode == 2 and f"nothing to grade in {tmp_path}" in graded.stderr
    assert not (tmp_path / "out").exists()


def test_without_walls_it_stops_unless_asked_by_name(
    course: Path, small_class: Path, secret: Path, tmp_path: Path
) -> None:
    """On a kernel without Landlock; here it is the question to the kernel that answers no."""
    script = (
        "import sys, grader.box.walls.landlock as landlock\n"
        "landlock.abi_version = lambda: 0\n"
        "from grader.cli.app import main\nmain()"
    )

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        arguments = ["grade", small_class / "mistaken", "--out", tmp_path, "--secret", secret, *more]
        command = [sys.executable, "-u", "-c", script, *map(str, arguments)]
        return subprocess.run(command, cwd=course, capture_output=True, text=True)

    refused = run()
    assert refused.returncode == 2
    assert "--tier T0" in refused.stderr
    assert not list(tmp_path.glob("records/*/*.json"))
    asked = run("--tier", "T0")
    assert asked.returncode == 0
    assert [r["tier"] for r in records_in(tmp_path).values()] == ["T0"]


def test_a_secret_that_others_can_read_is_refused(grade: Grade, small_class: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not so secret, is it, really?\n")
    secret.chmod(0o644)
    done = grade(small_class / "student0", tmp_path / "out", secret)
    assert done.returncode == 2
    assert "chmod 600" in done.stderr
