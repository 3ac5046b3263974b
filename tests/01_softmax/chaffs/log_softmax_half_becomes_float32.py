"""Half-precision logits are widened for safety and the log-probabilities come back as float32.

root: log_softmax
band: robust
advice: The dtype of the result follows the input.
"""

import torch


def log_softmax(x, dim=-1):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return wide - logsumexp(wide, dim).unsqueeze(dim)
