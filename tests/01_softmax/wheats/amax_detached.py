"""The maximum is a constant: amax, detached and clamped to finite numbers, in at least float32."""

import torch


def naive_log_softmax(x):
    e = x.exp()
    return (e / e.sum(-1, keepdim=True)).log()


def where_naive_fails():
    return torch.tensor([1000.0, 0.0, -1000.0])


def logsumexp(x, dim=-1, keepdim=False):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    limits = torch.finfo(wide.dtype)
    # ±inf − (the largest finite number) stays ±inf, where inf − inf would be nan.
    m = wide.detach().amax(dim, keepdim=True).clamp(limits.min, limits.max)
    out = m + (wide - m).exp().sum(dim, keepdim=True).log()
    return (out if keepdim else out.squeeze(dim)).to(x.dtype)


def log_softmax(x, dim=-1):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    s = wide - wide.detach().amax(dim, keepdim=True)
    return (s - s.exp().sum(dim, keepdim=True).log()).to(x.dtype)


def nll(log_probs, target):
    return -log_probs[torch.arange(len(target), device=target.device), target].mean()


def cross_entropy(logits, target):
    return nll(log_softmax(logits), target)


def accuracy(out, target):
    return (out.argmax(1) == target).float().mean()
