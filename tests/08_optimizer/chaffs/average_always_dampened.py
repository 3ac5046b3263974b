"""The average is always dampened, so momentum makes steps that are too short.

root: average_grad
band: core
advice: Without dampening the new gradient counts in full: only what is old is multiplied.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    return {"grad_avg": mom * grad_avg + (1 - mom) * p.grad}
