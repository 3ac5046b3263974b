"""Small callable objects: a shift that knows how to undo itself, and losses built from it."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Shift:
    """A finite constant per row, taken off before exp and put back after log."""

    amount: torch.Tensor

    @classmethod
    def to_the_top(cls, x, dim):
        largest = x.detach().amax(dim=dim, keepdim=True)
        biggest = torch.finfo(x.dtype).max
        return cls(torch.clip(largest, -biggest, biggest))

    def off(self, x):
        return x - self.amount

    def back(self, y):
        return y + self.amount


class LogSumExp:
    def __init__(self, dim=-1, keepdim=False):
        self.dim = dim
        self.keepdim = keepdim

    def __call__(self, x):
        if x.dtype in (torch.float16, torch.bfloat16):
            return self(x.float()).to(x.dtype)
        shift = Shift.to_the_top(x, self.dim)
        kept = shift.back(shift.off(x).exp().sum(self.dim, keepdim=True).log())
        return kept if self.keepdim else kept.squeeze(self.dim)


class LogSoftmax:
    def __init__(self, dim=-1):
        self.dim = dim
        self.normaliser = LogSumExp(dim, keepdim=True)

    def __call__(self, x):
        if x.dtype in (torch.float16, torch.bfloat16):
            return self(x.float()).to(x.dtype)
        low = Shift.to_the_top(x, self.dim).off(x)
        return low - self.normaliser(low)


class PickedMean:
    """−mean of one entry a row."""

    def __call__(self, table, columns):
        rows = torch.arange(table.shape[0], device=table.device)
        return table[rows, columns].mean() * -1


def naive_log_softmax(x):
    return (x.exp() / x.exp().sum(dim=-1, keepdim=True)).log()


def where_naive_fails():
    return torch.tensor([710.0, 709.0, 708.0])


def logsumexp(x, dim=-1, keepdim=False):
    return LogSumExp(dim, keepdim)(x)


def log_softmax(x, dim=-1):
    return LogSoftmax(dim)(x)


def nll(log_probs, target):
    return PickedMean()(log_probs, target)


def cross_entropy(logits, target):
    return PickedMean()(LogSoftmax()(logits), target)


def accuracy(out, target):
    return torch.as_tensor(out.argmax(1) == target, dtype=torch.get_default_dtype()).mean()
