# Generated from the course: the stub of unit 01_softmax. Fill it in; once you have edited it, it stays.
"""Unit 01: log-softmax by logsumexp, and the classification losses that stand on it.

All tensors are floating point (float16, bfloat16, float32 or float64) unless a docstring says otherwise.
Results have the dtype and the device of the input, no input is modified, and gradients flow through
everything but `accuracy`. The handout is README.md in this folder.
"""

import torch


def naive_log_softmax(x):
    """The logarithm of softmax(x) over the last dim, computed just as the definition is written.

    log_softmax(x)_i = log( exp(x_i) / sum_j exp(x_j) )

    x: tensor (..., C). Returns a tensor of the same shape. No trick is wanted here: this one is there to be
    broken.
    """
    raise NotImplementedError("naive_log_softmax")


def where_naive_fails():
    """An input that breaks `naive_log_softmax`.

    Returns a 1-D float32 tensor with at least one entry, all of them finite, for which `naive_log_softmax`
    returns something that is not finite although the true result is.
    """
    raise NotImplementedError("where_naive_fails")


def logsumexp(x, dim=-1, keepdim=False):
    """log( sum over `dim` of exp(x) ), finite for every finite x, however large or small.

    x: tensor (..., C, ...); dim: the dim that is summed over, counted from the end if negative. Returns a
    tensor of x's dtype without that dim, or with size 1 there if `keepdim`.

    Core: a float32 or float64 matrix, its last dim, values and gradients.
    Robust: any number of dims from 1 up, any `dim`, `keepdim`; float16 and bfloat16, also long rows of
    nearly equal entries; entries of -inf add nothing, a row of nothing but -inf gives -inf, a row with +inf
    gives +inf; the gradient, softmax(x), is finite at every finite entry of x, and never nan in a row of
    nothing but -inf.

    Source of the formula: Blanchard, Higham & Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021).
    """
    raise NotImplementedError("logsumexp")


def log_softmax(x, dim=-1):
    """The logarithm of softmax(x) over `dim`, right wherever logsumexp is finite.

    x: tensor; returns a tensor of the same shape and dtype. Along `dim` the exponentials of the result sum to
    1; no entry is above 0; adding a constant to x changes nothing.

    Core: the last dim. Robust: any `dim`, any number of dims.
    """
    raise NotImplementedError("log_softmax")


def nll(log_probs, target):
    """Negative log-likelihood: the mean over i of -log_probs[i, target[i]].

    log_probs: (N, C), a row of log-probabilities for each item; target: int64 (N,), classes from 0 to C - 1.
    Returns a 0-d tensor of log_probs' dtype. Entries that `target` doesn't name have no influence, be they
    -inf: look entries up by index, don't multiply by a one-hot matrix.
    """
    raise NotImplementedError("nll")


def cross_entropy(logits, target):
    """The mean cross-entropy between softmax(logits) and the classes in `target`.

    logits: (N, C), any finite numbers; target: int64 (N,). Returns a 0-d tensor of the logits' dtype. Its
    gradient with respect to the logits is (softmax(logits) - onehot(target)) / N.
    """
    raise NotImplementedError("cross_entropy")


def accuracy(out, target):
    """The share of items whose largest output is that of the right class: 0-d, of any floating dtype.

    out: (N, C), logits or (log-)probabilities; target: int64 (N,). Rows with ties for the largest are not
    tested.
    """
    raise NotImplementedError("accuracy")
