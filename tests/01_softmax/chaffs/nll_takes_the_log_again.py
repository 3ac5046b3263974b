"""nll takes the logarithm of what is a log-probability already.

root: nll
band: core
advice: The input is named log_probs: nothing but a look-up, a sign and a mean is left to do.
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target].log().mean()
