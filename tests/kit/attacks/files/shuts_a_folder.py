"""Leaves folders that may not be entered or removed, with names that no encoding knows.

without walls: it passes
behind walls: pass
"""
import os


def double(x):
    if not os.path.exists("shut"):
        os.makedirs(b"shut/\xff\n\x1b[31m")
        open("shut/" + "n" * 255, "w").close()
        os.mkdir("shut/inner", 0)
        os.chmod("shut", 0)
    return 2 * x
