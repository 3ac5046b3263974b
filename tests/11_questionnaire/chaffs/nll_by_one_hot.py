"""The log-probabilities are multiplied by a one-hot matrix, where 0 times -inf is nan.

root: l07_nll_lookup
band: robust
advice: A lookup reads the one entry that counts and never touches the others.
"""


def l07_nll_lookup(log_probs, target):
    one_hot = torch.eye(log_probs.shape[1], dtype=log_probs.dtype)[target]
    return -(one_hot * log_probs).sum(1).mean()
