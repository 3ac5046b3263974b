"""Is right the first time, and wrong whenever a box is started anew.

without walls: it passes
behind walls: pass
"""
import os


def double(x):
    open("seen", "a").close()
    return 2 * x if os.path.getsize("seen") == 0 else 0
