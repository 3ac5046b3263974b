"""The average is multiplied with the learning rate in place, so what is remembered shrinks at each step.

root: momentum_step
band: core
advice: The state holds this tensor: compute the step in a new one.
"""


def momentum_step(p, lr, grad_avg, **kwargs):
    grad_avg *= lr
    p -= grad_avg
