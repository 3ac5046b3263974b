"""A row with +inf has 0 taken off: right in the result, but a neighbour above 88 overflows in the gradient.

root: logsumexp
band: robust
advice: What is exp(1000 - m) for the m that you use in a row with +inf?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    m = wide.detach().amax(dim, keepdim=True)
    m = m.masked_fill(~m.isfinite(), 0.0)
    out = (m + (wide - m).exp().sum(dim, keepdim=True).log()).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
