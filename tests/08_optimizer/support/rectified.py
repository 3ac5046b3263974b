"""Cases, strategies and checks of test_rectified.py."""

from . import trajectories


def rectified(p, m, root, lr, sqr_mom, eps, step):
    """p after one step, m and root being both averages, debiased, and the root taken; and whether it is rectified."""
    most = 2 / (1 - sqr_mom) - 1
    rho = most - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho <= 5:
        return p - lr * m
    r = (rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)
    return p - lr * r**0.5 * m / (root.abs() + eps)


def long(sqr_mom, **hypers):
    """A problem of two parameters and twelve steps, with gradients that stay away from 0."""
    grads = [[[1 + k % 3 / 4], [(-1) ** k * (2 - k % 4 / 4)]] for k in range(12)]
    own = {} if sqr_mom is None else {"sqr_mom": sqr_mom}
    return trajectories.problem("RAdam", [[1.0], [2.0]], grads, {"lr": 0.1, **own, **hypers})
