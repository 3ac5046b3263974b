"""Rows whose maximum is infinite are set aside with torch.where, before and after the formula."""

import torch


def naive_log_softmax(x):
    return torch.log(torch.exp(x) / torch.exp(x).sum(dim=-1, keepdim=True))


def where_naive_fails():
    return torch.full((4,), -500.0)


def logsumexp(x, dim=-1, keepdim=False):
    work = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    top = work.max(dim=dim, keepdim=True).values
    ordinary = torch.isfinite(top)
    base = torch.where(ordinary, top, torch.zeros_like(top))
    # The inner where keeps the nan out of the backward pass too: its gradient there is a plain 0.
    shifted = torch.where(ordinary, work - base, torch.zeros_like(work))
    result = base + torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))
    result = torch.where(ordinary, result, top)
    if not keepdim:
        result = result.squeeze(dim)
    return result.to(x.dtype)


def log_softmax(x, dim=-1):
    work = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    shifted = work - work.max(dim=dim, keepdim=True).values
    return (shifted - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))).to(x.dtype)


def nll(log_probs, target):
    return log_probs.gather(1, target.unsqueeze(1)).neg().mean()


def cross_entropy(logits, target):
    return nll(log_softmax(logits, dim=1), target)


def accuracy(out, target):
    hits = torch.eq(out.max(dim=1).indices, target)
    return hits.to(torch.float64).mean()
