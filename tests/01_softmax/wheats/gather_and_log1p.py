"""The largest entry is looked up with argmax and gather; its 1 goes to log1p, so that small sums keep digits."""

import torch


def _wide(x):
    """x itself, or a float32 copy of it if it is in half precision."""
    return x if x.dtype in (torch.float32, torch.float64) else x.to(torch.float32)


class _LogSumExp(torch.autograd.Function):
    """The reduction with its own backward pass, so that no intermediate result can spoil the gradient."""

    @staticmethod
    def forward(ctx, x, dim):
        wide = _wide(x)
        top = wide.amax(dim, keepdim=True)
        regular = top.isfinite()
        m = torch.where(regular, top, torch.zeros_like(top))
        e = torch.exp(wide - m)
        total = e.sum(dim, keepdim=True)
        share = torch.where(regular, e / total, torch.zeros_like(e))
        ctx.save_for_backward(share)
        ctx.dtype = x.dtype
        return (m + total.log()).to(x.dtype)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad):
        (share,) = ctx.saved_tensors
        return (grad.to(share.dtype) * share).to(ctx.dtype), None


def naive_log_softmax(x):
    exps = x.exp()
    return (exps / exps.sum(dim=-1, keepdim=True)).log()


def where_naive_fails():
    # One class: its probability is 1, and the formula says 0 / 0.
    return torch.tensor([-200.0])


def logsumexp(x, dim=-1, keepdim=False):
    result = _LogSumExp.apply(x, dim)
    return result if keepdim else result.squeeze(dim)


def log_softmax(x, dim=-1):
    wide = _wide(x)
    where = wide.detach().argmax(dim, keepdim=True)
    top = wide.gather(dim, where)
    s = wide - top
    # exp(s) is 1 at the maximum: log1p puts it in, so that a small sum of the others keeps its digits.
    others = s.exp().scatter(dim, where, 0.0).sum(dim, keepdim=True)
    return (s - others.log1p()).to(x.dtype)


def nll(log_probs, target):
    n_rows, n_classes = log_probs.shape
    flat = torch.arange(n_rows, device=target.device) * n_classes + target
    picked = log_probs.take(flat)
    return _wide(picked).mean().neg().to(log_probs.dtype)


def cross_entropy(logits, target):
    log_probs = log_softmax(_wide(logits))
    return nll(log_probs, target).to(logits.dtype)


def accuracy(out, target):
    hits = out.argmax(dim=1).eq(target)
    return hits.to(torch.float64).mean()
