"""Results of one shape are written into the same memory: the next call overwrites them.

root: log_softmax
band: robust
advice: Who still holds what you returned last time? Return a new tensor each time.
"""

import torch

_buffers = {}


def log_softmax(x, dim=-1):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    shifted = wide - wide.detach().amax(dim, keepdim=True)
    result = (shifted - logsumexp(shifted, dim, keepdim=True)).to(x.dtype)
    if result.requires_grad:
        return result
    buffer = _buffers.setdefault((result.shape, result.dtype), torch.empty_like(result))
    return buffer.copy_(result)
