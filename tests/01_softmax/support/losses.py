"""Cases, strategies and checks of test_losses.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_shape
from grader.suite.strategies import classified


def batches(*, magnitude: float) -> st.SearchStrategy[tuple[torch.Tensor, torch.Tensor]]:
    """Draw what a training loop brings: some rows, some classes, contiguous float32."""
    return classified(min_rows=2, min_classes=2, magnitude=magnitude, layouts=("contiguous",))


def value(result) -> float:
    return float(result.detach()) if isinstance(result, torch.Tensor) else float(result)


def scalar(result, what: str) -> None:
    assert_shape(result, (), what=what)
