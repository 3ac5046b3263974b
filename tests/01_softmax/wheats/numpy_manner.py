"""In the manner of numpy: axis names, np-like free functions, fancy indexing; torch only as the array library."""

import torch as np

inf = float("inf")


def naive_log_softmax(x):
    return np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))


def where_naive_fails():
    return np.linspace(0, 300, 7, dtype=np.float32)


def logsumexp(x, dim=-1, keepdim=False):
    axis = dim
    a = x.to(np.float32) if np.finfo(x.dtype).bits == 16 else x
    m = np.amax(a.detach(), axis, keepdims=True)
    m = np.where(m == inf, np.finfo(a.dtype).max, m)
    m = np.where(m == -inf, np.finfo(a.dtype).min, m)
    s = np.sum(np.exp(a - m), axis=axis, keepdims=True)
    y = np.log(s) + m
    if not keepdim:
        y = np.squeeze(y, axis)
    return y.to(x.dtype)


def log_softmax(x, dim=-1):
    a = x.to(np.float32) if np.finfo(x.dtype).bits == 16 else x
    a = a - np.amax(a.detach(), dim, keepdims=True)
    return (a - np.log(np.sum(np.exp(a), axis=dim, keepdims=True))).to(x.dtype)


def nll(log_probs, target):
    return -np.mean(log_probs[np.arange(target.shape[0], device=target.device), target])


def cross_entropy(logits, target):
    return nll(log_softmax(logits, -1), target)


def accuracy(out, target):
    return np.mean(np.where(np.argmax(out, 1) == target, 1.0, 0.0))
