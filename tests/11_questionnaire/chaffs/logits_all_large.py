"""The logits are all large, in the belief that softmax overflows.

root: l06_logits
band: core
advice: torch.softmax subtracts the largest: what counts are the differences.
"""


def l06_logits():
    return [1000.0, 1000.0, 999.0]
