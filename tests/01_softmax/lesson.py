"""The unit as the lesson solves it: a batch of rows, the last dim, no dim or keepdim to choose.

It differs from the notebook in that log_softmax calls this logsumexp, where the notebook goes over to torch's.
"""

import torch


def naive_log_softmax(x):
    return (x.exp() / (x.exp().sum(-1, keepdim=True))).log()


def where_naive_fails():
    return torch.tensor([1000.0, 500.0])


def logsumexp(x):
    m = x.max(-1)[0]
    return m + (x - m[:, None]).exp().sum(-1).log()


def log_softmax(x):
    return x - logsumexp(x)[:, None]


def nll(log_probs, target):
    return -log_probs[range(target.shape[0]), target].mean()


def cross_entropy(logits, target):
    return nll(log_softmax(logits), target)


def accuracy(out, target):
    return (torch.argmax(out, dim=1) == target).float().mean()
