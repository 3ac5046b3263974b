"""The minus is missing: the mean log-likelihood is returned, which training would drive down.

root: nll
band: core
advice: A loss must get smaller as the right class gets likelier.
"""


def nll(log_probs, target):
    return log_probs[range(len(target)), target].mean()
