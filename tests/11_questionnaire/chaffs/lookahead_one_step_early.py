"""The slow weights move at the steps 0, k, 2k, counted from 0: after the first step already.

root: q17_lookahead
band: core
advice: k steps come first, then the slow weights move.
"""


def q17_lookahead(p, grads, lr, k, alpha):
    slow, fast = p, p
    for i, g in enumerate(grads):
        fast = fast - lr * g
        if i % k == 0:
            slow = fast = slow + alpha * (fast - slow)
    return fast
