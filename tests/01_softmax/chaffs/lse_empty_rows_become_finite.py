"""−inf is replaced by the most negative number, so a row of all −inf gets a finite result.

root: logsumexp
band: robust
advice: The sum of no probability at all is 0: what is its logarithm?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    limits = torch.finfo(wide.dtype)
    kept = wide.masked_fill(wide == float("-inf"), limits.min)
    m = kept.detach().amax(dim, keepdim=True).clamp(max=limits.max)
    out = (m + (kept - m).exp().sum(dim, keepdim=True).log()).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
