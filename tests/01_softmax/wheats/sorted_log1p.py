"""Sorted: the largest entry is the answer's bulk, the rest enter as log1p of their sum, smallest first."""

import torch


def naive_log_softmax(x):
    weights = x.exp()
    return weights.log() - weights.sum(-1, keepdim=True).log()


def where_naive_fails():
    return torch.tensor([0.0, 2000.0])


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.float() if x.element_size() == 2 else x
    ascending = wide.sort(dim=dim).values
    if x.dim() == 0:
        return ascending.to(x.dtype)
    n = ascending.shape[dim]
    rest, top = ascending.narrow(dim, 0, n - 1), ascending.narrow(dim, n - 1, 1)
    infinite = top.isinf()
    # A row with an infinite top needs no rest; where with a constant cuts it out of the gradient too.
    gaps = (rest - top).masked_fill(infinite, float("-inf"))
    out = torch.where(infinite, top, top + gaps.exp().sum(dim, keepdim=True).log1p())
    out = out if keepdim else out.squeeze(dim)
    return out.to(x.dtype)


def log_softmax(x, dim=-1):
    wide = x.float() if x.element_size() == 2 else x
    gaps = wide - wide.sort(dim=dim, descending=True).values.narrow(dim, 0, 1)
    return (gaps - logsumexp(gaps, dim, keepdim=True)).to(x.dtype)


def nll(log_probs, target):
    return torch.take_along_dim(-log_probs, target[:, None], dim=1).mean()


def cross_entropy(logits, target):
    return nll(log_softmax(logits), target)


def accuracy(out, target):
    # A stable sort keeps the first of equal scores in front, as argmax does.
    best = out.argsort(dim=1, descending=True, stable=True)[:, 0]
    return (best == target).float().mean()
