"""The sum of gradient and penalty is computed, and goes nowhere.

root: l2_reg
band: core
advice: The next callback looks at p.grad: the sum must be there.
"""


def l2_reg(p, wd, **kwargs):
    grad = p.grad
    grad = grad + wd * p
