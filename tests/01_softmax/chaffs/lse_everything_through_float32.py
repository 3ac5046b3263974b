"""All input goes through float32, which throws away half of the digits of float64 and overflows beyond 3e38.

root: logsumexp
band: robust
advice: Widen the narrow dtypes only; the wide one must not be narrowed on the way.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.float()
    limits = torch.finfo(wide.dtype)
    m = wide.detach().amax(dim, keepdim=True).clamp(limits.min, limits.max)
    out = (m + (wide - m).exp().sum(dim, keepdim=True).log()).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
