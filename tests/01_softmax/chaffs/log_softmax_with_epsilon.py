"""A small number is added inside the logarithm to avoid log 0, which puts a floor under every log-probability.

root: log_softmax
band: core
advice: With logits 1000 apart the result must be −1000: a difference of logs needs no such number.
"""


def log_softmax(x, dim=-1):
    e = (x - x.amax(dim, keepdim=True)).exp()
    return (e / e.sum(dim, keepdim=True) + 1e-8).log()
