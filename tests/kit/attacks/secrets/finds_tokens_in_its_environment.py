"""Looks for secrets in its own environment, as programs on a runner find them.

without walls: it passes
behind walls: fail
"""
import os


def double(x):
    return 2 * x if os.environ.get("GRADER_ATTACK_TOKEN") else None
