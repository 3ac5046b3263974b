"""The direct formula stops at the probabilities and never takes their logarithm.

root: naive_log_softmax
band: core
advice: Compare the sign of your result with what the log of a number between 0 and 1 must be.
"""


def naive_log_softmax(x):
    return x.exp() / x.exp().sum(-1, keepdim=True)
