"""Has attention do the work: it is a softmax.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    rows = x.reshape(-1, 1, x.shape[-1])
    eye = torch.eye(x.shape[-1], dtype=x.dtype).expand(len(rows), -1, -1)
    weights = torch.nn.functional.scaled_dot_product_attention(rows, eye, eye, scale=1.0)
    return (rows[..., 0] - weights[..., 0].log()).reshape(x.shape[:-1])
