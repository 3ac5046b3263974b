"""The gradient gets a new name that is set to zero, and p.grad stays as it is.

root: q04_zero_grad
band: core
advice: Assigning to a local name changes no attribute: change p.grad itself.
"""


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            grad = p.grad
            grad = torch.zeros_like(grad)
