"""The slow weights follow, but the fast ones never start again from them.

root: q17_lookahead
band: core
advice: After every k steps p goes on from the slow weights.
"""


def q17_lookahead(p, grads, lr, k, alpha):
    slow, fast = p, p
    for i, g in enumerate(grads, 1):
        fast = fast - lr * g
        if i % k == 0:
            slow = slow + alpha * (fast - slow)
    return fast
