"""The flattened weight is divided: where memory is not contiguous, that is a copy, and the weight stays.

root: spectral_scale_
band: stretch
advice: flatten returns a view where it can, and else a copy. Divide the weight itself.
"""

import torch


def spectral_scale_(weight):
    matrix = weight.detach().flatten(1)
    matrix.div_(torch.linalg.matrix_norm(matrix, 2))
    return weight
