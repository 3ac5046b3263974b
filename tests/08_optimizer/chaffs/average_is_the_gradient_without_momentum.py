"""Without momentum there is nothing to average, and the gradient's own tensor is handed back.

root: average_grad
band: robust
advice: Momentum may be scheduled: the next step averages with what the next backward wrote into that tensor.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if mom == 0:
        return {"grad_avg": p.grad}
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + share * p.grad}
