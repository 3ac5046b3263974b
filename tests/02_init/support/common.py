"""Cases, strategies and checks of several tests."""

import torch


def value(number) -> float:
    return float(number.detach()) if isinstance(number, torch.Tensor) else float(number)
