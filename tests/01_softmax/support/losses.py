"""Cases, strategies and checks of test_losses.py and test_accuracy.py."""

import torch
from hypothesis import example
from hypothesis import strategies as st

from grader.suite import assert_close, assert_shape, require, tolerance
from grader.suite.strategies import FLOATS, classified


def batches(*, magnitude: float) -> st.SearchStrategy[tuple[torch.Tensor, torch.Tensor]]:
    """Draw what a training loop brings: some rows, some classes, contiguous float32."""
    return classified(min_rows=2, min_classes=2, magnitude=magnitude, layouts=("contiguous",))


def value(result) -> float:
    return float(result.detach()) if isinstance(result, torch.Tensor) else float(result)


def scalar(result, what: str) -> None:
    assert_shape(result, (), what=what)


def in_each_dtype(test):
    """Numbers of many digits in every dtype: what is drawn often has so few that float32 holds them."""
    for dtype in FLOATS:
        scores = torch.tensor([[-0.1, -0.7, -4.1], [-0.3, -0.1, -2.7]], dtype=torch.float64).to(dtype)
        test = example(case=(scores, torch.tensor([2, 0])))(test)
    return test


def check_gradient_of_nll(student, log_probs: torch.Tensor, target: torch.Tensor, weight: float) -> None:
    got = student.run("grad_of", "nll", [log_probs, target], torch.tensor(weight))
    require(got is not None, "no gradient flows from nll back to log_probs")
    expected = torch.zeros(log_probs.shape, dtype=torch.float64)
    expected[torch.arange(len(target)), target] = -weight / len(target)
    assert_close(got, expected, what="the gradient")


def check_gradient_of_cross_entropy(
    student, logits: torch.Tensor, target: torch.Tensor, weight: float
) -> None:
    got = student.run("grad_of", "cross_entropy", [logits, target], torch.tensor(weight))
    require(got is not None, "no gradient flows from cross_entropy back to the logits")
    expected = torch.softmax(logits.double(), -1)
    expected[torch.arange(len(target)), target] -= 1
    limit = tolerance(logits.dtype, 4 * (1 + float(logits.abs().max())))
    assert_close(got, weight * expected / len(target), what="the gradient", atol=3 * limit)
