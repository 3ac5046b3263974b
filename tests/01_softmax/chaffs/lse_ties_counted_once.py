"""Every entry equal to the maximum is left out and counted as a single 1, so ties are lost.

root: logsumexp
band: core
advice: How many terms does the sum have when two logits are equal and largest?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    others = torch.where(x < m, (x - m).exp(), torch.zeros_like(x))
    out = m + others.sum(dim, keepdim=True).log1p()
    return out if keepdim else out.squeeze(dim)
