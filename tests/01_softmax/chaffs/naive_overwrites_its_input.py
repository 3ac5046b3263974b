"""The exponential is taken in place, so the caller's logits are gone after the call.

root: naive_log_softmax
band: core
advice: In torch a trailing underscore means "in place"; an input belongs to the caller.
"""


def naive_log_softmax(x):
    e = x.exp_()
    return (e / e.sum(-1, keepdim=True)).log()
