"""Puts a module of its own into sys.modules under the name of the one that compares.

without walls: wrong work passes
behind walls: fail
"""
import sys
import types

sys.modules["naive_comparison"] = types.SimpleNamespace(same=lambda a, b: True)


def double(x):
    return 7
