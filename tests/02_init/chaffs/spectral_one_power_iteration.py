"""One step of power iteration from a random vector is taken for the largest singular value.

root: spectral_scale_
band: stretch
advice: Power iteration needs many steps to converge; check the result with a decomposition.
"""

import torch


def spectral_scale_(weight):
    w = weight.data
    v = torch.randn(w.shape[1], device=w.device)
    weight.data /= (w @ (v / v.norm())).norm()
    return weight
