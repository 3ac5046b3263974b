"""The learning rate is multiplied into the average, and again into the step.

root: average_grad
band: core
advice: Average gradients, not steps: the learning rate comes in once, at the end.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, *, lr, **kwargs):
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + lr * share * p.grad}
