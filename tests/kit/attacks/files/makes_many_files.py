"""Makes thousands of files, which take their time to be removed.

without walls: it passes
behind walls: crashed, timeout
spoils: all
"""
import time


def double(x):
    for number in range(5000):
        open(f"grader-attack-{number}", "w").close()
    time.sleep(1)
    return 2 * x
