"""The embedded set: scikit-learn's handwritten digits, 1797 images of 8 × 8. Nothing is fetched.

They are the test part of E. Alpaydin and C. Kaynak's "Optical Recognition of Handwritten Digits" (UCI, 1998).

The split is fixed: among the images of each digit, in scikit-learn's order, the first of every five is for validation.
That order goes by writers, so both parts have all writers, and each digit its share: 1433 to train on, 364 to validate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.datasets.errors import MissingPackage

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = tuple("0123456789")
_GREYS = 16  # scikit-learn's values are whole numbers from 0 to 16


def read() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return x_train, y_train, x_valid, y_valid: images float32 (N, 1, 8, 8) in [0, 1], labels int64 (N,), on the CPU.

    Raise MissingPackage where scikit-learn is not installed.
    """
    import torch

    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise MissingPackage(
            "the digits come with scikit-learn, which is not installed: "
            'pip install "grader[student]" (students) or pip install "grader[instructor]"'
        ) from None
    bunch = load_digits()
    x = (torch.from_numpy(bunch.images) / _GREYS).float()[:, None]
    y = torch.from_numpy(bunch.target).long()
    validates = torch.zeros(len(y), dtype=torch.bool)
    for digit in range(len(CLASSES)):
        validates[(y == digit).nonzero().flatten()[::5]] = True
    return x[~validates], y[~validates], x[validates], y[validates]
