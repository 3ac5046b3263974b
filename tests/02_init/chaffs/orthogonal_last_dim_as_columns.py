"""A conv weight is read as a matrix whose columns are its last dim alone.

root: orthogonal_
band: stretch
advice: A row holds all that one output is made of: every input channel and kernel position.
"""

import torch


def orthogonal_(weight):
    columns = weight.shape[-1]
    rows = weight.numel() // columns
    q, _ = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns)))
    with torch.no_grad():
        return weight.copy_((q if rows >= columns else q.T).reshape(weight.shape))
