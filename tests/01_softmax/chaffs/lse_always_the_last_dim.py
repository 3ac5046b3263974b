"""dim is accepted but ignored: the last dim is always reduced.

root: logsumexp
band: robust
advice: Try a 2×3 tensor with dim=0: how many numbers must come out?
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(-1, keepdim=True)
    out = m + (x - m).exp().sum(-1, keepdim=True).log()
    return out if keepdim else out.squeeze(-1)
