"""One of the logits is infinite itself.

root: l06_logits
band: core
advice: The logits have to be finite; it is the softmax that loses them.
"""


def l06_logits():
    return [0.0, -math.inf]
