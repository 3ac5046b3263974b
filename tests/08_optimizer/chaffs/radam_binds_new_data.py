"""In the first steps the parameter gets new memory, so that others who look at the old one don't see the step.

root: radam_step
band: stretch
advice: p.data = ... puts new memory under an old name. Write p -= ...
"""

_radam_step = radam_step


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    rho_inf = 2 / (1 - sqr_mom) - 1
    rho = rho_inf - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho > 5:
        _radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg)
    else:
        p.data = p - lr * grad_avg / (1 - mom**step)
