"""Sets its user and group anew.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.setresgid(*[os.getgid()] * 3)
    os.setresuid(*[os.getuid()] * 3)
    return 2 * x
