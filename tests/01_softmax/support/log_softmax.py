"""Cases, strategies and checks of test_log_softmax.py and test_naive.py."""

import torch
from hypothesis import example

from grader.suite import assert_close, require, tolerance
from grader.suite.strategies import FLOATS

from .common import size


def exact(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    return torch.log_softmax(x.double(), dim)


def check_gradient(student, x: torch.Tensor, v: torch.Tensor) -> None:
    got = student.run("grad_of", "log_softmax", [x], v)
    require(got is not None, "no gradient flows from log_softmax(x) back to x")
    expected = v.double() - torch.softmax(x.double(), -1) * v.double().sum(-1, keepdim=True)
    limit = tolerance(x.dtype, 4 * (1 + size(x)) * (1 + float(v.abs().sum())))
    assert_close(got, expected, what="the gradient", atol=limit)


def in_each_dtype(test):
    """Numbers of many digits in every dtype: what is drawn often has so few that float32 holds them."""
    for dtype in FLOATS:
        test = example(x=torch.tensor([[0.1, 0.7, 4.1], [0.3, 0.1, -2.7]], dtype=torch.float64).to(dtype))(
            test
        )
    return test
