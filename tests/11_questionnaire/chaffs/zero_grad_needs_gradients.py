"""A parameter that has no gradient yet makes zero_grad fail.

root: q04_zero_grad
band: robust
advice: p.grad is None until the first backward: pass over such parameters.
"""


def q04_zero_grad(params):
    for p in params:
        p.grad.detach_()
        p.grad.zero_()
