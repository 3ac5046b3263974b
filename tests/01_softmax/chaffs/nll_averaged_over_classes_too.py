"""The mean runs over all N×C entries of a masked matrix, so the loss is too small by a factor C.

root: nll
band: core
advice: Only one entry a row is picked: by how many numbers must the sum be divided?
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target].sum() / log_probs.numel()
