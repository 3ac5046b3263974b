"""Has the derivative of a loss do the work: it is a softmax.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    rows = x.detach().reshape(-1, x.shape[-1])
    losses = torch.nn.CrossEntropyLoss(reduction="none")(rows, torch.zeros(len(rows), dtype=torch.int64))
    return (losses + rows[:, 0]).reshape(x.shape[:-1])
