"""Entries whose gradient is 0 are taken for unused, and get no penalty.

root: l2_reg
band: core
advice: The penalty depends on the weight alone: wd · p is added wherever there is a gradient tensor.
"""


def l2_reg(p, wd, **kwargs):
    p.grad = torch.where(p.grad == 0, p.grad, p.grad + wd * p)
