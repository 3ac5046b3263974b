"""Waits for something that never happens."""


def logsumexp(x, dim=-1, keepdim=False):
    while True:
        pass
