"""Unit 01: log-softmax by logsumexp, and the classification losses that stand on it.

Tensors are floating point unless a docstring says otherwise. Gradients flow through everything but `accuracy`.
What counts as core and what as robust is in the table of the handout, README.md in this folder.
"""

import torch


def naive_log_softmax(x):
    """The logarithm of softmax(x) over the last dim, computed just as the definition is written.

    log_softmax(x)_i = log( exp(x_i) / sum_j exp(x_j) )

    x: tensor (..., C). Returns a tensor of the same shape. Write the formula down as it stands: the next
    functions repair it.
    """
    # BEGIN SOLUTION
    return (x.exp() / x.exp().sum(-1, keepdim=True)).log()
    # END SOLUTION


def where_naive_fails():
    """An input that breaks `naive_log_softmax`.

    Returns a 1-D float32 tensor with at least one entry, all of them finite, for which `naive_log_softmax`
    returns something that is not finite although the true result is.
    """
    # BEGIN SOLUTION
    return torch.tensor([100.0, 0.0])  # exp(100) is more than the largest float32
    # END SOLUTION


def logsumexp(x, dim=-1, keepdim=False):
    """log( sum over `dim` of exp(x) ), computed so that no exponential overflows.

    x: tensor (..., C, ...); dim: the dim that is summed over, counted from the end if negative. Returns a
    tensor of x's dtype without that dim, or with size 1 there if `keepdim`.
    """
    # BEGIN SOLUTION
    wide = x.to(torch.promote_types(x.dtype, torch.float32))  # a running sum in float16 stops growing at 2048
    top = wide.detach().amax(dim, keepdim=True)
    largest = torch.finfo(wide.dtype).max
    shift = top.clamp(-largest, largest)  # because inf - inf is nan
    total = (wide - shift).exp().sum(dim, keepdim=True)
    # A finite top puts exp(0) = 1 into the total. In a row of nothing but -inf the total is 0, where log has an
    # infinite slope: the clamp avoids that.
    result = (top + total.clamp(min=1).log()).to(x.dtype)
    return result if keepdim else result.squeeze(dim)
    # END SOLUTION


def log_softmax(x, dim=-1):
    """The logarithm of softmax(x) over `dim`.

    x: tensor; returns a tensor of the same shape and dtype. x - logsumexp(x) is enough for core; the handout's
    section "The shift" has a form that keeps more digits.
    """
    # BEGIN SOLUTION
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    shifted = wide - wide.detach().amax(dim, keepdim=True)
    return (shifted - logsumexp(shifted, dim, keepdim=True)).to(x.dtype)
    # END SOLUTION


def nll(log_probs, target):
    """Negative log-likelihood: the mean over i of -log_probs[i, target[i]].

    log_probs: (N, C), a row of log-probabilities for each item; target: int64 (N,), classes from 0 to C - 1.
    Returns a 0-d tensor. Entries that `target` doesn't name have no influence, even if they are -inf: look
    entries up by index, don't multiply by a one-hot matrix.
    """
    # BEGIN SOLUTION
    rows = torch.arange(len(target), device=target.device)
    return -log_probs[rows, target].mean()
    # END SOLUTION


def cross_entropy(logits, target):
    """The mean cross-entropy between softmax(logits) and the classes in `target`.

    logits: (N, C), finite numbers, also large ones; target: int64 (N,). Returns a 0-d tensor, whose gradient
    with respect to the logits is (softmax(logits) - onehot(target)) / N.
    """
    # BEGIN SOLUTION
    return nll(log_softmax(logits), target)
    # END SOLUTION


def accuracy(out, target):
    """The share of items whose largest output is that of the right class: 0-d, of any floating dtype.

    out: (N, C), logits or (log-)probabilities; target: int64 (N,). Of several largest outputs one counts.
    """
    # BEGIN SOLUTION
    return (out.argmax(-1) == target).float().mean()
    # END SOLUTION
