"""The minus sign is missing.

root: l07_nll_lookup
band: core
advice: It is the negative log-likelihood: a loss is small where the probability is large.
"""


def l07_nll_lookup(log_probs, target):
    return log_probs[torch.arange(len(target)), target].mean()
