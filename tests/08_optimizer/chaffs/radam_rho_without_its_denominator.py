"""ρ is computed without dividing by 1 - sqr_mom^step.

root: radam_step
band: stretch
advice: Check ρ at the first step: it must be 1, whatever sqr_mom is.
"""


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbiased_avg = grad_avg / (1 - mom**step)
    rho_inf = 2 / (1 - sqr_mom) - 1
    rho = rho_inf - 2 * step * sqr_mom**step
    if rho > 5:
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
        p -= lr * r * unbiased_avg / (unbiased_sqr.sqrt() + eps)
    else:
        p -= lr * unbiased_avg
