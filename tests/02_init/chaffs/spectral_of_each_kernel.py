"""matrix_norm takes the last two dims for the matrix, so each kernel of a conv weight is divided by a norm of its own.

root: spectral_scale_
band: stretch
advice: Make a matrix of the weight first: its rows are the first dim.
"""

import torch


def spectral_scale_(weight):
    with torch.no_grad():
        return weight.div_(torch.linalg.matrix_norm(weight, 2, keepdim=True))
