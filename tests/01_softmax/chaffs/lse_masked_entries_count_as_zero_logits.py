"""−inf entries are replaced by 0 to be rid of nan, and so each adds exp(0) = 1 to the sum.

root: logsumexp
band: robust
advice: A logit of −inf stands for probability 0; which value adds nothing to a sum of exponentials?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    kept = torch.where(torch.isinf(x) & (x < 0), torch.zeros_like(x), x)
    m = kept.amax(dim, keepdim=True)
    out = m + (kept - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
