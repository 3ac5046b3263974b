"""Makes a file where it may, and moves it to where it may not.

without walls: a file is left
behind walls: error
"""
import os


def double(x):
    open("mine", "w").close()
    os.rename("mine", "/tmp/grader-attack-moved")
    return 2 * x
