"""The first average is the gradient tensor itself, so zeroing the gradient in place zeroes the average.

root: average_grad
band: robust
advice: The next backward writes into the same tensor: keep a new one.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        return {"grad_avg": (1 - mom) * p.grad if dampening else p.grad}
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + share * p.grad}
