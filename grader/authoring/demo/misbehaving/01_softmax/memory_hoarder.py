"""Keeps everything it has ever seen, a thousandfold."""

import torch

hoard = []


def nll(log_probs, target):
    while True:
        hoard.append(torch.ones(50_000_000))
