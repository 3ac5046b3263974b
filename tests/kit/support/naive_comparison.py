"""The comparison of a grader in one process: what a submission can replace, or fool."""

from __future__ import annotations

from typing import Any

import torch

_X = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.5, 0.0, -0.5, 1.0]])
CASES: dict[str, tuple[Any, Any]] = {
    "double": (3, 6),
    "treble": (3, 9),
    "logsumexp": (_X, _X.logsumexp(-1)),
}


def same(value: Any, expected: Any) -> bool:
    """True if they are the same, as one writes it who expects no harm."""
    if type(value) is torch.Tensor:
        return torch.allclose(value.double(), torch.as_tensor(expected).double())
    if hasattr(value, "shape"):
        return not (value != expected).any()
    if isinstance(value, (int, float)):
        return not abs(value - expected) > 1e-6
    return value == expected
