"""Keeps all processors busy with threads that outlive the call.

without walls: it passes
behind walls: timeout, crashed, error, pass
spoils: all
"""
import threading


def spin():
    import torch

    while True:
        torch.ones(200, 200) @ torch.ones(200, 200)


def double(x):
    for _ in range(20):
        threading.Thread(target=spin, daemon=True).start()
    return 2 * x
