"""The gradient is written by hand, and is kept in float32 for inputs of every dtype.

root: logsumexp
band: robust
advice: What you save for the backward pass has to be as precise as the input.
"""

import torch


class _LogSumExp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, dim):
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        top = wide.amax(dim, keepdim=True)
        base = top.masked_fill(top.isinf(), 0.0)
        terms = (wide - base).exp()
        total = terms.sum(dim, keepdim=True)
        ctx.save_for_backward((terms / total).masked_fill(top.isinf(), 0.0).float())
        return torch.where(top.isinf(), top, base + total.log()).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        (share,) = ctx.saved_tensors
        return (g.float() * share).to(g.dtype), None


def logsumexp(x, dim=-1, keepdim=False):
    out = _LogSumExp.apply(x, dim)
    return out if keepdim else out.squeeze(dim)
