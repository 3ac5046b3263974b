"""Training judged by accuracy: the sequential test, what is told apart, and where thresholds come from."""

from __future__ import annotations

import random
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, command, student_pytest

from grader.suite.statistics import SPRT, Undecided

UNIT = "10_training"
HEAD = """
import torch
from torch import nn


def net(data):
    return nn.Sequential(nn.Flatten(), nn.Linear(data.x_train[0].numel(), data.classes))


def passes(data, model, lr, epochs):
    for _ in range(epochs):
        for x, y in zip(data.x_train.split(64), data.y_train.split(64)):
            loss = (model(x).logsumexp(1) - model(x)[range(len(y)), y]).mean()
            data.log(loss=loss.item())
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
                    p.grad = None
    return model


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
"""
BODIES = {
    "diverged": (
        "    return passes(data, net(data), 1e39, 3)\n",
        "it diverged: the model's output is not finite; the loss is no number from batch",
    ),
    "one_class": (
        "    model = passes(data, net(data), 0.1, 1)\n"
        "    with torch.no_grad():\n        model[1].bias[3] = 1e6\n    return model\n",
        "it predicts one and the same class for 100% of the images",
    ),
    "untrained": ("    return net(data)\n", "It trained on 0 items in the first run; the budget is 8 epochs"),
    "too_long": (
        "    return passes(data, net(data), 0.1, 9)\n",
        "train_mlp trained on 25794 items, and its budget is 11464 (8 epochs of 1433)",
    ),
    "no_module": (
        "    return lambda x: x\n",
        "train_mlp has to be a trained nn.Module, but is a function",
    ),
    "probabilities_of_two": (
        "    return nn.Sequential(nn.Flatten(), nn.Linear(data.x_train[0].numel(), 2))\n",
        "for images [364, 1, 8, 8] the model gives [364, 2], expected [364, 10]",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_went_wrong_is_told_apart(name: str, tmp_path: Path) -> None:
    body, words = BODIES[name]
    (tmp_path / UNIT).mkdir()
    (tmp_path / UNIT / "training.py").write_text(HEAD + body)
    done = student_pytest("--submission", tmp_path, "-k", "test_mlp", f"tests/{UNIT}/test_accuracy.py")
    said = " ".join(done.stdout.split())
    assert words.casefold() in said.casefold(), done.stdout


def test_the_sequential_test_stops_as_soon_as_it_can() -> None:
    test = SPRT()
    taken: list[bool] = []

    def runs(pattern: list[bool]) -> Iterator[bool]:
        for passed in pattern:
            taken.append(passed)
            yield passed

    assert test.decide(runs([True] * 40)) and len(taken) == 5
    taken.clear()
    assert not test.decide(runs([False] * 40)) and len(taken) == 4
    with pytest.raises(Undecided, match="3 passes and 1 failures"):
        test.decide([True, True, True, False])


@pytest.mark.parametrize("p", [0.9, 0.8, 0.5])
def test_the_stated_chances_are_the_real_ones(p: float) -> None:
    """The exact chance of a rejection against 20 000 simulated submissions whose runs pass with probability p."""
    test, draw, n = SPRT(), random.Random(1), 20_000
    rejected = sum(not test.decide(draw.random() < p for _ in range(100)) for _ in range(n))
    exact = SPRT(good=0.99)._chance_of(False, p)
    assert abs(rejected / n - exact) < 5 * (exact * (1 - exact) / n) ** 0.5 + 1e-3
    assert test.false_fail_rate < 1e-6 and test.false_pass_rate < 1e-3


def test_thresholds_are_what_the_answer_key_reached(tmp_path: Path) -> None:
    for tree in ("tests", "reference"):
        for unit in sorted((ROOT / tree).glob("[0-9]*")):
            shutil.copytree(
                unit, tmp_path / tree / unit.name, ignore=shutil.ignore_patterns("chaffs", "wheats")
            )
    thresholds = tmp_path / "tests" / UNIT / "thresholds.toml"
    thresholds.write_text(
        "[digits.cpu]\ntrain_mlp = { accuracy = 0.5, epochs = 4, runs = 0, below = 0, lowest = 0.0 }\n"
        "[strokes.cuda]\ntrain_mlp = { accuracy = 0.9, epochs = 3, runs = 7, below = 1, lowest = 0.84 }\n"
    )
    done = command("calibrate", UNIT, "--runs", 2, "--jobs", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = tomllib.loads(thresholds.read_text(encoding="utf-8"))
    mlp = found["digits"]["cpu"]["train_mlp"]
    assert (mlp["runs"], mlp["below"], mlp["epochs"]) == (2, 0, 4)
    assert 0.7 < mlp["lowest"] < 1 and 0.03 <= mlp["lowest"] - mlp["accuracy"] < 0.0401
    assert found["strokes"]["cuda"]["train_mlp"] == {
        "accuracy": 0.9,
        "epochs": 3,
        "runs": 7,
        "below": 1,
        "lowest": 0.84,
    }
    assert "stayed below in 0 of 2 runs (at most 96.8%" in done.stdout

    again = command("calibrate", UNIT, "--runs", 2, "--jobs", 2, cwd=tmp_path)
    assert again.stdout == done.stdout, "the same runs, whatever the number of jobs"
    missing = command("calibrate", UNIT, "--dataset", "mnist", cwd=tmp_path)
    assert missing.returncode == 2 and "names no function under [mnist.cpu]" in missing.stderr
