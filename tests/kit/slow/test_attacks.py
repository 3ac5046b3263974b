"""Attacks on the grading. Each proves its effect without walls first; behind them it earns nothing, the honest
functions of the same file keep their points, and the class goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support import KIT, ROOT, UNIT, Record, command, needs_walls, outcomes, records_in

from grader.box.walls.selftest import best_tier

ATTACKS = KIT / "attacks"
MARK = Path(tempfile.gettempdir()) / "grader-attack-was-here"
# attack → the function it sits in, and how a test of that function has to end behind the walls
EXPECTED = {
    "exits_with_zero": ("log_softmax", "crashed"),
    "loops_for_ever": ("logsumexp", "timeout"),
    "eats_memory": ("nll", "out_of_memory"),
    "forks": ("cross_entropy", "error"),
    "patches_the_comparison": ("logsumexp", "fail"),
    "reads_the_answer_key": ("logsumexp", "error"),
    "borrows_under_another_name": ("logsumexp", "forbidden"),
    "ships_a_conftest": ("logsumexp", "fail"),
    "crashes": ("nll", "crashed"),
    "writes_answers_of_its_own": ("nll", "crashed"),
    "kills_its_parent": ("nll", "error"),
    "writes_a_file": ("nll", "error"),
    "returns_the_sky": ("naive_log_softmax", "crashed"),
}
USERS = {
    "logsumexp": {"log_softmax", "cross_entropy"},
    "log_softmax": {"cross_entropy"},
    "nll": {"cross_entropy"},
}


@pytest.fixture(scope="module")
def attackers(write_class: Callable[..., Path]) -> Path:
    texts = {name: (ATTACKS / f"{name}.py").read_text() for name in EXPECTED}
    folder = write_class(
        {**texts, "floods_the_output": (ATTACKS / "floods_the_output.py").read_text(), "honest": ""}
    )
    shutil.copy(ATTACKS / "conftest_of_the_attack.txt", folder / "ships_a_conftest" / "conftest.py")
    return folder


@pytest.fixture(scope="module")
def records(attackers: Path, secret: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    out = tmp_path_factory.mktemp("graded")
    done = command("grade", attackers, "--unit", UNIT, "--out", out, "--secret", secret)
    assert done.returncode == 0, done.stderr
    return records_in(out)


def naive(folder: Path, body: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """What a grader without walls does: import the module, call it, compare, in one process."""
    script = (
        f"import torch\nfrom softmax import *\nx = torch.tensor([[1.0, 2.0]])\nt = torch.tensor([0])\n{body}"
    )
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=seconds, env=environment
    )


@needs_walls
@pytest.mark.parametrize("attack", EXPECTED)
def test_an_attack_earns_nothing(records: dict[str, Record], attack: str) -> None:
    function, ending = EXPECTED[attack]
    record = records[attack]
    assert record["status"] == "graded"
    assert record["tier"] == best_tier().name
    tests = [t for t in record["tests"] if t["of"] == function]
    assert ending in {t["outcome"] for t in tests}
    passed = [t["id"] for t in tests if t["earned"]]
    assert not passed or attack == "patches_the_comparison" or attack == "ships_a_conftest"
    assert sum(t["earned"] for t in tests) < sum(t["points"] for t in tests) / 2


@needs_walls
@pytest.mark.parametrize("attack", EXPECTED)
def test_honest_functions_keep_their_points(records: dict[str, Record], attack: str) -> None:
    function, _ = EXPECTED[attack]
    touched = {function} | USERS.get(function, set())
    honest = [t for t in records[attack]["tests"] if t["of"] not in touched]
    assert len(honest) > 3
    assert all(t["outcome"] == "pass" for t in honest)


@needs_walls
def test_the_class_goes_on(records: dict[str, Record]) -> None:
    assert len(records) == len(EXPECTED) + 2
    honest = records["honest"]["score"]
    assert all(band["earned"] == band["possible"] for band in honest.values())


@needs_walls
def test_output_costs_nobody_anything(records: dict[str, Record]) -> None:
    assert outcomes(records["floods_the_output"], "accuracy") == {"pass"}


def test_exit_unwalled_looks_like_success(attackers: Path) -> None:
    done = naive(attackers / "exits_with_zero", "log_softmax(x)\nraise AssertionError('never reached')")
    assert done.returncode == 0
    assert done.stderr == ""


def test_loop_unwalled_never_returns(attackers: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        naive(attackers / "loops_for_ever", "logsumexp(x)", seconds=5)


def test_memory_unwalled_is_taken(attackers: Path) -> None:
    body = "import resource\nnll(x.log_softmax(-1), t)\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    assert int(naive(attackers / "eats_memory", body).stdout) > 1.5 * 2**20  # kB


def test_forks_unwalled_leave_processes(attackers: Path) -> None:
    body = (
        "import os, signal\nos.setpgid(0, 0)\ncross_entropy(x, t)\n"
        "mine = [p for p in os.listdir('/proc') if p.isdigit() "
        "and open(f'/proc/{p}/stat').read().rpartition(')')[2].split()[2] == str(os.getpgid(0))]\n"
        "print(len(mine), flush=True)\nos.killpg(0, signal.SIGKILL)"
    )
    assert int(naive(attackers / "forks", body).stdout) == 11


def test_patched_comparison_unwalled_passes(attackers: Path) -> None:
    body = "assert torch.allclose(logsumexp(x), torch.tensor([2.3133]))\nprint(logsumexp(x).item())"
    done = naive(attackers / "patches_the_comparison", body)
    assert (done.returncode, done.stdout.strip()) == (0, "7.0")


def test_answer_key_unwalled_is_read(attackers: Path) -> None:
    body = "assert abs(logsumexp(x).item() - 2.3133) < 1e-3"
    assert naive(attackers / "reads_the_answer_key", body).returncode == 0


def test_answer_key_is_read_at_tier_0_in_the_kit_itself(attackers: Path, secret: Path) -> None:
    module = attackers / "reads_the_answer_key" / "softmax.py"
    done = command("grade", module, "--unit", UNIT, "--json", "--tier", "T0", "--secret", secret)
    import json

    assert "pass" in outcomes(json.loads(done.stdout), "logsumexp")


def test_borrowed_function_unwalled_is_right(attackers: Path) -> None:
    body = "assert abs(logsumexp(x).item() - 2.3133) < 1e-3"
    assert naive(attackers / "borrows_under_another_name", body).returncode == 0


def test_conftest_unwalled_turns_failures_into_passes(attackers: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(attackers / "ships_a_conftest", tmp_path / "work")
    (folder / "test_it.py").write_text(
        "import sys; sys.path.insert(0, '.')\nimport torch\nfrom softmax import logsumexp\n"
        "def test(): assert logsumexp(torch.ones(1, 2)).item() > 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", "."],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "1 passed" in done.stdout


def test_crash_unwalled_ends_the_process(attackers: Path) -> None:
    assert naive(attackers / "crashes", "nll(x, t)").returncode < 0


def test_killing_unwalled_kills_the_grader(attackers: Path) -> None:
    body = "import os\npid = os.fork()\nif not pid:\n    nll(x.log_softmax(-1), t)\n    os._exit(0)\nos.waitpid(pid, 0)"
    assert naive(attackers / "kills_its_parent", body).returncode == -9


def test_writing_unwalled_leaves_a_file(attackers: Path, records: dict[str, Record]) -> None:
    assert not MARK.exists()  # not from the class that was graded behind walls
    try:
        naive(attackers / "writes_a_file", "nll(x.log_softmax(-1), t)")
        assert MARK.exists()
    finally:
        MARK.unlink(missing_ok=True)


def test_the_sky_unwalled_is_more_than_memory_holds(attackers: Path) -> None:
    done = naive(attackers / "returns_the_sky", "naive_log_softmax(x).exp()")
    assert "allocate memory" in done.stderr
