"""dampening is ignored, so what Adam debiases is a sum, and no average.

root: average_grad
band: core
advice: With dampening the new gradient has the share 1 - mom.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    return {"grad_avg": mom * grad_avg + p.grad}
