"""A row of all −inf has −inf taken off, and −inf − (−inf) is nan.

root: logsumexp
band: robust
advice: Only a finite maximum can be taken off; what can stand in for it when there is none?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    m = wide.detach().amax(dim, keepdim=True).clamp(max=torch.finfo(wide.dtype).max)
    out = (m + (wide - m).exp().sum(dim, keepdim=True).log()).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
