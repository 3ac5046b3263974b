"""Hands in a torch.py, which whoever imports torch beside it would get.

without walls: it passes
behind walls: error, fail
"""
FILES = {"torch.py": "twice = (2).__mul__\n"}


def double(x):
    import sys

    kept = sys.modules.pop("torch")
    try:
        import torch

        return torch.twice(x)
    finally:
        sys.modules["torch"] = kept
