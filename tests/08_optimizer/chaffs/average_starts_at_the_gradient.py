"""The dampened average starts at the first gradient, not at 0, and is debiased nevertheless.

root: average_grad
band: core
advice: Dividing by 1 - mom^step is right only for an average that started at 0. The first term has its share, too.
"""


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        return {"grad_avg": p.grad.clone()}
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + share * p.grad}
