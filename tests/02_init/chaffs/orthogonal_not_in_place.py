"""An orthogonal matrix is returned and the weight itself stays as it was.

root: orthogonal_
band: stretch
advice: The underscore at the end promises to change the argument: look at it after the call.
"""

import torch


def orthogonal_(weight):
    rows, columns = weight.shape
    q, _ = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), device=weight.device))
    return q if rows >= columns else q.T
