"""The weight is divided by the largest eigenvalue of WᵀW, which is the square of the singular value.

root: spectral_scale_
band: stretch
advice: After scaling, the largest singular value must be 1: one root is missing.
"""

import torch


def spectral_scale_(weight):
    w = weight.data
    weight.data /= torch.linalg.eigvalsh(w.T @ w)[-1]
    return weight
