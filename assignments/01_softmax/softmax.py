# Generated from the course: the stub of unit 01_softmax. Fill it in; once you have edited it, it stays.
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
    raise NotImplementedError("naive_log_softmax")


def where_naive_fails():
    """An input that breaks `naive_log_softmax`.

    Returns a 1-D float32 tensor with at least one entry, all of them finite, for which `naive_log_softmax`
    returns something that is not finite although the true result is.
    """
    raise NotImplementedError("where_naive_fails")


def logsumexp(x, dim=-1, keepdim=False):
    """log( sum over `dim` of exp(x) ), computed so that no exponential overflows.

    x: tensor (..., C, ...); dim: the dim that is summed over, counted from the end if negative. Returns a
    tensor of x's dtype without that dim, or with size 1 there if `keepdim`.
    """
    raise NotImplementedError("logsumexp")


def log_softmax(x, dim=-1):
    """The logarithm of softmax(x) over `dim`.

    x: tensor; returns a tensor of the same shape and dtype. x - logsumexp(x) is enough for core; the handout's
    section "The shift" has a form that keeps more digits.
    """
    raise NotImplementedError("log_softmax")


def nll(log_probs, target):
    """Negative log-likelihood: the mean over i of -log_probs[i, target[i]].

    log_probs: (N, C), a row of log-probabilities for each item; target: int64 (N,), classes from 0 to C - 1.
    Returns a 0-d tensor. Entries that `target` doesn't name have no influence, even if they are -inf: look
    entries up by index, don't multiply by a one-hot matrix.
    """
    raise NotImplementedError("nll")


def cross_entropy(logits, target):
    """The mean cross-entropy between softmax(logits) and the classes in `target`.

    logits: (N, C), finite numbers, also large ones; target: int64 (N,). Returns a 0-d tensor, whose gradient
    with respect to the logits is (softmax(logits) - onehot(target)) / N.
    """
    raise NotImplementedError("cross_entropy")


def accuracy(out, target):
    """The share of items whose largest output is that of the right class: 0-d, of any floating dtype.

    out: (N, C), logits or (log-)probabilities; target: int64 (N,). Of several largest outputs one counts.
    """
    raise NotImplementedError("accuracy")
