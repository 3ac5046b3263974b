"""logsumexp is computed as it is written, without taking the maximum off first.

root: logsumexp
band: core
advice: Try logits of 1000: which intermediate value overflows, and by what can every term be divided?
"""


def logsumexp(x, dim=-1, keepdim=False):
    return x.exp().sum(dim, keepdim=keepdim).log()
