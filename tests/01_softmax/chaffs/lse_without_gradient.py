"""The result is computed under no_grad, so nothing can be learned through it.

root: logsumexp
band: robust
advice: Only the maximum may be a constant for autograd; the sum must not be.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.detach().to(torch.promote_types(x.dtype, torch.float32))
    limits = torch.finfo(wide.dtype)
    m = wide.amax(dim, keepdim=True).clamp(limits.min, limits.max)
    out = (m + (wide - m).exp().sum(dim, keepdim=True).log()).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
