"""Besides the right class, log(1 − p) of every wrong class is added, which is the loss for independent yes-or-no labels.

root: cross_entropy
band: core
advice: With one right class among many, softmax already makes the wrong ones pay.
"""

import torch


def cross_entropy(logits, target):
    log_probs = log_softmax(logits)
    wrong = torch.ones_like(log_probs)
    wrong[range(len(target)), target] = 0
    others = (wrong * torch.log1p(-log_probs.exp().clamp(max=0.999))).sum(1).mean()
    return nll(log_probs, target) - others
