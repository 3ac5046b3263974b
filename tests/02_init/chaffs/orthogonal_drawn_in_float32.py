"""The matrix is drawn and made orthogonal in float32, whatever the dtype of the weight.

root: orthogonal_
band: stretch
advice: Work in the dtype of the weight.
"""

import torch


def orthogonal_(weight):
    rows, columns = weight.shape[0], weight[0].numel()
    q, r = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns)))
    q = q * r.diagonal().sign()
    with torch.no_grad():
        return weight.copy_((q if rows >= columns else q.T).reshape(weight.shape))
