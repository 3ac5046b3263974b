"""The penalty is taken for wd times the square, without the half, so its gradient is twice too large.

root: l2_reg
band: core
advice: The penalty is wd/2 times the square: the 2 of the derivative and the half cancel.
"""


def l2_reg(p, wd, **kwargs):
    p.grad += 2 * wd * p
