"""argmax is taken over the batch, so it names the best item of each class, not the best class of each item.

root: accuracy
band: core
advice: One prediction per row must come out: compare its shape with that of the target.
"""


def accuracy(out, target):
    best = out.argmax(0)
    n = min(len(best), len(target))
    return (best[:n] == target[:n]).float().mean()
