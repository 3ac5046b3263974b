"""The average is made in the gradient itself, so whoever reads the gradient next finds the average there.

root: average_grad
band: core
advice: average_sqr_grad squares the gradient of this step: leave it alone, and return a new tensor.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if dampening:
        p.grad *= 1 - mom
    if grad_avg is not None:
        p.grad += mom * grad_avg
    return {"grad_avg": p.grad.clone()}
