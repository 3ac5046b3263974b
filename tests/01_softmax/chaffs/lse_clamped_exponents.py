"""Large logits are clipped to 80 so that exp stays finite, which changes the answer.

root: logsumexp
band: core
advice: Avoid the overflow by an identity that holds exactly, not by changing the data.
"""


def logsumexp(x, dim=-1, keepdim=False):
    return x.clamp(-80, 80).exp().sum(dim, keepdim=keepdim).log()
