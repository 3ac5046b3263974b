"""The direct formula sums over the first dim, the batch, where the last dim, the classes, was meant.

root: naive_log_softmax
band: core
advice: Write down the shape of x and decide along which of its dims probabilities must sum to 1.
"""


def naive_log_softmax(x):
    return (x.exp() / x.exp().sum(0, keepdim=True)).log()
