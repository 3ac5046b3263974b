"""The columns are always made orthonormal one after another, which cannot be done when there are more columns than rows.

root: orthogonal_
band: stretch
advice: Only the smaller side can be orthonormal: treat a wide weight as the transpose of a tall one.
"""

import torch


def orthogonal_(weight):
    done = []
    for column in torch.randn_like(weight.data).T:
        for d in done:
            column = column - (column @ d) * d
        done.append(column / column.norm())
    weight.data.copy_(torch.stack(done, 1))
    return weight
