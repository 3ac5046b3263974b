"""The exponentials are added up in float16, where a long row of near-equal entries exceeds 65504.

root: logsumexp
band: robust
advice: After the shift each term is at most 1: how many of them can float16 add? Do the sum in a wider dtype.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    limits = torch.finfo(x.dtype)
    m = x.detach().amax(dim, keepdim=True).clamp(limits.min, limits.max)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
