"""The gradient is multiplied by zero, which leaves nan and inf behind.

root: q04_zero_grad
band: robust
advice: nan times 0 is nan. Set the gradient, don't calculate it.
"""


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            p.grad = p.grad.detach() * 0
