"""For large logits the maximum itself is returned, as if the other terms never mattered there.

root: logsumexp
band: core
advice: Two equal logits of 1000: by how much does the second one raise the result?
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    plain = x.clamp(max=80).exp().sum(dim, keepdim=True).log()
    out = torch.where(m > 80, m, plain.maximum(m))
    return out if keepdim else out.squeeze(dim)
