"""Hands in a sitecustomize.py, which every Python that starts in its folder runs.

without walls: it passes
behind walls: error, fail
"""
FILES = {"sitecustomize.py": "twice = (2).__mul__\n"}


def double(x):
    import sys

    sys.modules.pop("sitecustomize", None)
    import sitecustomize

    return sitecustomize.twice(x)
