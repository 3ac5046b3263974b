"""The mean is forgotten: one loss per row comes out instead of one number.

root: nll
band: core
advice: Look at the shape of the result: backward() needs a single number.
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target]
