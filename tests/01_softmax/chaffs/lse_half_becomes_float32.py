"""Half-precision input is widened to float32 for the work and the result is never brought back.

root: logsumexp
band: robust
advice: The dtype of the result follows the input.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    limits = torch.finfo(wide.dtype)
    m = wide.detach().amax(dim, keepdim=True).clamp(limits.min, limits.max)
    out = m + (wide - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
