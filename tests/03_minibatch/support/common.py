"""Cases, strategies and checks of several tests."""

import torch


def epochs_in_words(n: int) -> str:
    return "one epoch" if n == 1 else f"{n} epochs"


X = torch.tensor([[1, 0], [0, 1], [2, -1], [-1, 1], [1, 1], [-2, 0]], dtype=torch.float32)
Y = torch.tensor([0, 2, 1, 0, 2, 1])
W = torch.tensor([[0.5, -0.5, 0.0], [0.0, 1.0, -1.0]])
ONE = torch.tensor([1.0, -2.0])
TWO = torch.tensor([[3.0]])
