"""The direct formula divides by the sum over the whole tensor, so the rows of a batch compete with one another.

root: naive_log_softmax
band: core
advice: Each row is a distribution of its own: its probabilities alone must sum to 1.
"""


def naive_log_softmax(x):
    return (x.exp() / x.exp().sum()).log()
