"""Any shape becomes a matrix: the dim goes last, the others are flattened, and one 2-D routine does the work."""

import torch


def naive_log_softmax(x):
    # The direct formula with the quotient already split into a difference.
    return x - x.exp().sum(-1, keepdim=True).log()


def where_naive_fails():
    return torch.tensor([89.0, 89.0])


def _rowwise(m):
    """log Σ exp of each row of a (rows, n) matrix of at least float32."""
    top = torch.nan_to_num(m.detach().amax(1))
    return top + (m - top[:, None]).exp().sum(1).log()


def logsumexp(x, dim=-1, keepdim=False):
    if x.dim() == 0:
        return x.clone()
    moved = x.movedim(dim, -1)
    rest = moved.shape[:-1]
    flat = moved.reshape(rest.numel(), moved.shape[-1])
    if x.dtype.itemsize < 4:
        flat = flat.float()
    out = _rowwise(flat).to(x.dtype).reshape(rest)
    return out.unsqueeze(dim) if keepdim else out


def log_softmax(x, dim=-1):
    wide = x.float() if x.dtype.itemsize < 4 else x
    low = wide - wide.detach().amax(dim, True)
    return (low - logsumexp(low, dim, True)).to(x.dtype)


def nll(log_probs, target):
    n, c = log_probs.shape
    places = torch.arange(0, n * c, c, device=target.device) + target
    return -log_probs.reshape(-1)[places].mean()


def cross_entropy(logits, target):
    return nll(log_softmax(logits), target)


def accuracy(out, target):
    return torch.mean((torch.argmax(out, -1) == target) * 1.0)
