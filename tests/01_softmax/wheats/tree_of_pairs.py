"""A tournament: entries are (top, rest) pairs, joined two by two until one is left; no maximum over the row."""

import torch


def naive_log_softmax(x):
    total = x.exp().sum(-1, keepdim=True)
    return x.exp().div(total).log()


def where_naive_fails():
    return torch.arange(5, dtype=torch.float32) * 100


def _leaf(x):
    """Each entry as a pair (top, rest) that stands for rest · e^top; top is finite and constant."""
    info = torch.finfo(x.dtype)
    top = x.detach().clamp(info.min, info.max)
    return top, (x - top).exp()


def _join(a, b):
    """The pair of the sum: the larger top, and the rests measured from it."""
    top = torch.maximum(a[0], b[0])
    return top, a[1] * (a[0] - top).exp() + b[1] * (b[0] - top).exp()


def logsumexp(x, dim=-1, keepdim=False):
    if x.dim() == 0:
        return x * 1
    row = x.movedim(dim, 0)
    if x.dtype in (torch.half, torch.bfloat16):
        row = row.float()
    top, rest = _leaf(row)
    while len(top) > 1:
        half = len(top) // 2
        odd = (top[2 * half :], rest[2 * half :])
        joined = _join((top[:half], rest[:half]), (top[half : 2 * half], rest[half : 2 * half]))
        top, rest = (torch.cat(both) for both in zip(joined, odd))
    out = (top[0] + rest[0].log()).to(x.dtype)
    return out.unsqueeze(dim) if keepdim else out


def log_softmax(x, dim=-1):
    row = x.float() if x.dtype in (torch.half, torch.bfloat16) else x
    for _ in range(2):  # the second time there is little left to take off, and little to round
        row = row.sub(logsumexp(row, dim, keepdim=True))
    return row.to(x.dtype)


def nll(log_probs, target):
    rows = list(range(log_probs.shape[0]))
    picked = log_probs[rows, target]
    return picked.mean().neg()


def cross_entropy(logits, target):
    return nll(log_softmax(logits, -1), target)


def accuracy(out, target):
    guesses = out.argmax(dim=1)
    return guesses.eq(target).double().mean()
