"""The step looks ahead, gradient plus mom times the average: that is Nesterov's momentum, another method.

root: momentum_step
band: core
advice: The step is the average and nothing else: the gradient is in it already.
"""


def momentum_step(p, lr, grad_avg, mom, **kwargs):
    p -= lr * (p.grad + mom * grad_avg)
