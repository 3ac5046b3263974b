"""Curves of a record, whose numbers nobody has vetted: a submission can have answered in the place of the probe."""

from __future__ import annotations

from typing import Any

import torch

from grader.course.datasets import Dataset
from grader.records.curves import curves_of
from grader.suite.training.accuracy import training


def test_a_number_that_no_float_holds_is_left_out() -> None:
    (curve,) = curves_of({"loss": [[0, 2.0], [10**400, 1.0], [1, -(10**400)], [2, 1.0]]})
    assert (curve.highest, curve.last) == (2.0, 1.0)


class Forger:
    """A submission that answers in the place of the probe."""

    def __init__(self, **seen: Any) -> None:
        self._seen = seen

    def run(self, probe: str, *args: Any, as_python: str) -> Any:
        return self._seen


def test_a_forged_reply_brings_few_curves_into_the_record() -> None:
    curves = 5000
    x, y = torch.zeros(3, 1, 2, 2), torch.zeros(3, dtype=torch.int64)
    images = Dataset("drawn", ("a", "b"), x, x, y, y)
    model = {"kind": "nn.Module", "shape": [3, 2], "predictions": y, "finite": True}
    seen = {
        "items": 1,
        "log": {f"{k:0100}": [1.0, 2.0] for k in range(curves)},
        "looks": [["", 1, y]] * curves,
        "models": {"": model},
    }
    run = training(Forger(**seen), "train", images, item_budget=1, seed=0, device="cpu", looks=3)  # type: ignore[arg-type]
    assert len(run.curves) <= 11
    assert all(len(points) <= 400 for points in run.curves.values())
