"""The sources' experiments, run by the answer keys: small ones, for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support import ROOT
from support.small_sets import write_tree

LESSON = ("small batches", "large batches", "large, lower lr", "large, scheduled lr")
CHAPTER = ("fastai's default", "plain SGD", "generic SGD", "momentum", "RMSProp")


def experiments(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
    """Run them; `data` is the folder where fetched sets would lie."""
    program = f"import runpy, sys; runpy.run_path({str(ROOT / 'benchmarks/sources')!r}, run_name='__main__')"
    command = [sys.executable, "-u", "-c", program, *map(str, arguments)]
    environment = {**os.environ, "GRADER_DATA": str(data), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment)


def rows(printed: str) -> dict[str, str]:
    """Experiment → its row of the table."""
    return {name: line for line in printed.splitlines() for name in LESSON + CHAPTER if line.startswith(name)}


def content(file: Path):
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(file.read_text(encoding="utf-8"), parse_constant=refuse)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Digits, one epoch, one seed: what was printed, and the folder of results."""
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    out = tmp_path_factory.mktemp("out") / "new"
    options = ("--dataset", "digits", "--epochs", 1, "--seeds", 1, "--out", out)
    done = experiments(*options, data=tmp_path_factory.mktemp("empty"))
    assert done.returncode == 0, done.stderr
    return done.stdout, out


def test_the_first_line_names_what_stands_in(small):
    first = small[0].splitlines()[0]
    assert "NOT THE SOURCES' EXPERIMENTS" in first
    assert "digits, not mnist" in first and "digits, not imagenette" in first and "--epochs 1" in first


def test_every_row_names_the_stand_in_and_brackets_the_sources_number(small):
    table = rows(small[0])
    assert tuple(table) == LESSON + CHAPTER
    for name, row in table.items():
        home = "mnist" if name in LESSON else "imagenette"
        assert "digits" in row and f"not {home}" in row
    assert "(0.9354)" in table["small batches"] and "(0.5949)" in table["fastai's default"]


def test_the_results_say_that_they_do_not_compare_and_hold_every_batch(small):
    results = content(small[1] / "results.json")["experiments"]
    assert [e["name"] for e in results] == [*LESSON, *CHAPTER]
    for e in results:
        (run,) = e["runs"]
        assert e["set"] == "digits" and not e["comparable"] and "digits" in e["differs"][0]
        assert len(run["accuracy"]) == 1 and 0 <= run["accuracy"][0] <= 1
        assert len(run["batches"]["loss"]) == len(run["batches"]["lr"]) >= 3
        assert f"{run['accuracy'][0]:.4f}" in rows(small[0])[e["name"]]


def test_schedules_are_the_sources(small):
    by_name = {e["name"]: e["runs"][0]["batches"] for e in content(small[1] / "results.json")["experiments"]}
    assert set(by_name["large batches"]["lr"]) == {0.5} and set(by_name["generic SGD"]["lr"]) == {0.03}
    assert by_name["large, scheduled lr"]["lr"][0] == 0.3 and max(by_name["large, scheduled lr"]["lr"]) > 0.5
    momentum = by_name["momentum"]
    assert max(momentum["lr"]) <= 0.03 and momentum["lr"][-1] < 0.003 and momentum["mom"][0] == 0.95
    assert set(by_name["plain SGD"]["mom"]) == {0.0}


def test_there_is_a_picture_of_each_experiment(small):
    results = content(small[1] / "results.json")["experiments"]
    assert {e["picture"] for e in results} == {file.name for file in small[1].glob("*.png")}
    for file in small[1].glob("*.png"):
        assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_size > 10_000


def test_the_real_set_made_small_for_a_cpu_is_not_passed_off_as_the_sources(tmp_path):
    pytest.importorskip("PIL")
    write_tree(tmp_path)
    done = experiments("--dataset", "imagenette", "--seeds", 1, data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ResNet-8" in done.stdout.splitlines()[0]
    table = rows(done.stdout)
    assert tuple(table) == CHAPTER
    assert all("imagenette 32 px" in row and "(0." in row for row in table.values())


def test_a_set_that_was_not_fetched_is_said_to_be_so(tmp_path):
    done = experiments("--dataset", "mnist", data=tmp_path)
    assert done.returncode == 2
    assert "grader data fetch mnist" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_without_a_gpu_it_is_said_that_there_is_none(tmp_path):
    done = experiments("--device", "cuda", data=tmp_path)
    assert done.returncode == 2 and "no CUDA device" in done.stderr
