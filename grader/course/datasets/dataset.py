"""The form in which every data set is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Dataset:
    """Images and labels for training and for validation, all on one device.

    x_train, x_valid: float32 (N, C, H, W) in [0, 1]. y_train, y_valid: int64 (N,), positions in `classes`.
    """

    name: str
    classes: tuple[str, ...]
    x_train: Tensor
    y_train: Tensor
    x_valid: Tensor
    y_valid: Tensor
