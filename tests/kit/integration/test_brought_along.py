"""What a module of unit 10 brings along about the digits earns nothing: their labels, or the images themselves."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import torch
from support import student_pytest

from grader.course.datasets import disguised, interchanged, load

pytest.importorskip("sklearn")
UNIT = "10_training"
HEAD = """
import base64
import torch
from torch import nn


def brought(text, *shape):
    return torch.frombuffer(bytearray(base64.b85decode(text)), dtype=torch.uint8).reshape(shape)


class Table(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, x):
        return torch.eye(10)[self.classes[self.named(x)]]
"""
ORDER = """
    def named(self, x):
        return LABELS.long() if len(x) == len(LABELS) else torch.zeros(len(x), dtype=torch.long)


def train_mlp(data, seed, device):
    return Table(torch.arange(10))
"""
NEAREST = """
    def named(self, x):
        return OF_IMAGES.long()[torch.cdist(x.flatten(1), IMAGES / 16).argmin(1)]


def train_mlp(data, seed, device):
    return Table(torch.arange(10))
"""
ASKED = """
    plain = Table(torch.arange(10))
    votes = torch.zeros(10, 10)
    votes.index_put_((plain.named(data.x_train), data.y_train), torch.ones(()), accumulate=True)
    return Table(votes.argmax(1))
"""
CHEATS = {  # → how far the judge is from being taken in
    "labels in their order": (ORDER, "on new images, expected at least 88.0%: 4 of 4 runs stay below"),
    "images": (NEAREST, "on new images, expected at least 88.0%: 4 of 4 runs stay below"),
    "images, and classes asked of y_train": (
        NEAREST.replace("    return Table(torch.arange(10))\n", ASKED.lstrip("\n")),
        "on images whose quarters have changed places, the same way in x_train and x_valid",
    ),
}


def literal(x: torch.Tensor) -> str:
    return repr(base64.b85encode(x.to(torch.uint8).numpy().tobytes()).decode())


@pytest.mark.parametrize("name", CHEATS)
def test_it_earns_nothing(name: str, tmp_path: Path) -> None:
    digits = load("digits")
    x, y = torch.cat([digits.x_train, digits.x_valid]), torch.cat([digits.y_train, digits.y_valid])
    body, said = CHEATS[name]
    tables = (
        f"\nLABELS = brought({literal(digits.y_valid)}, -1)\nOF_IMAGES = brought({literal(y)}, -1)\n"
        f"IMAGES = brought({literal(x * 16)}, -1, 64)\n"
    )
    (tmp_path / UNIT).mkdir()
    (tmp_path / UNIT / "training.py").write_text(HEAD + body + tables)
    done = student_pytest("--submission", tmp_path, "-k", "test_mlp", f"tests/{UNIT}/test_accuracy.py")
    told = " ".join(done.stdout.split())
    assert said in told and "0 of 12 points" in told, done.stdout


def test_a_disguise_changes_names_and_order_alone() -> None:
    digits = load("digits")
    for number in (1, 2):
        shown = disguised(digits, number)
        real = [int(shown.classes[y]) for y in shown.y_train.tolist()]
        known = sorted(
            (*x, y) for x, y in zip(digits.x_train.flatten(1).tolist(), digits.y_train.tolist(), strict=True)
        )
        assert sorted((*x, y) for x, y in zip(shown.x_train.flatten(1).tolist(), real, strict=True)) == known
        assert not torch.equal(shown.y_valid, digits.y_valid)
        moved = interchanged(digits, number)
        assert torch.equal(moved.y_train, shown.y_train) and moved.classes == shown.classes
        assert torch.equal(moved.x_train.flatten(1).sort(1).values, shown.x_train.flatten(1).sort(1).values)
        assert (moved.x_train != shown.x_train).float().mean() > 0.3
    with pytest.raises(ValueError, match="7 × 7 pixels have no quarters"):
        interchanged(load("digits", size=7), 1)
