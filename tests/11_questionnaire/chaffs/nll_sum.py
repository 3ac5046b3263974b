"""The losses are summed instead of averaged.

root: l07_nll_lookup
band: core
advice: The mean over the items is asked for.
"""


def l07_nll_lookup(log_probs, target):
    return -log_probs[torch.arange(len(target)), target].sum()
