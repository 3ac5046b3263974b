"""The other way round: log_softmax is the primitive, and logsumexp is what it took off the largest entry."""

import torch


def naive_log_softmax(x):
    return x - torch.log(torch.sum(torch.exp(x), dim=-1, keepdim=True))


def where_naive_fails():
    return torch.tensor([-150.0, -160.0])


def _wide(x):
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def _normalised(x, dim):
    """x − logsumexp(x), in at least float32."""
    limits = torch.finfo(x.dtype)
    z = x - x.detach().amax(dim, keepdim=True).clamp(limits.min, limits.max)
    return z - z.exp().sum(dim, keepdim=True).log()


def log_softmax(x, dim=-1):
    return _normalised(_wide(x), dim).to(x.dtype)


def logsumexp(x, dim=-1, keepdim=False):
    wide = _wide(x)
    at = wide.argmax(dim, keepdim=True)
    top = wide.gather(dim, at)
    finite = top.isfinite()
    # A row with an infinite maximum is replaced by zeros for the detour, and answered by that maximum.
    detour = _normalised(torch.where(finite, wide, torch.zeros_like(wide)), dim).gather(dim, at)
    out = torch.where(finite, top - detour, top)
    return (out if keepdim else out.squeeze(dim)).to(x.dtype)


def cross_entropy(logits, target):
    rows = torch.arange(logits.shape[0], device=logits.device)
    taken_off = logsumexp(_wide(logits), dim=1)
    return (taken_off - _wide(logits)[rows, target]).mean().to(logits.dtype)


def nll(log_probs, target):
    return -torch.stack([row[t] for row, t in zip(log_probs, target)]).mean()


def accuracy(out, target):
    return 1 - (out.argmax(1) != target).float().mean()
