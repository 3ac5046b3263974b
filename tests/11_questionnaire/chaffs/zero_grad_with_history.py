"""The gradient becomes zero but keeps its history.

root: q04_zero_grad
band: core
advice: Detach the gradient before you set it to zero, or make a new one.
"""


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            p.grad.zero_()
