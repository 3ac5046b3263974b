"""torch.where hides the nan of rows with +inf in the result, but the gradient still goes through it.

root: logsumexp
band: robust
advice: The branch that is not chosen takes part in the backward pass: make its input harmless before the formula.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    m = wide.amax(dim, keepdim=True)
    out = m + (wide - m).exp().sum(dim, keepdim=True).log()
    out = torch.where(m.isinf(), m.detach(), out).to(x.dtype)
    return out if keepdim else out.squeeze(dim)
