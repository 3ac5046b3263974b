"""The sum goes over dim 1, which is the last one of a matrix only.

root: naive_log_softmax
band: robust
advice: Counted from the end, the last dim is -1, however many there are.
"""


def naive_log_softmax(x):
    e = x.exp()
    return (e / e.sum(1 if x.dim() > 1 else 0, keepdim=True)).log()
