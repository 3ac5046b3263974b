"""Makes folders in folders, deeper than the longest path.

without walls: it passes
behind walls: crashed, error, pass
spoils: all
"""
import os


def double(x):
    here = os.getcwd()
    for _ in range(1500):
        os.mkdir("a-folder-in-a-folder")
        os.chdir("a-folder-in-a-folder")
    os.chdir(here)
    return 2 * x


double(1)  # once a box, to be removed each time
os.rename("a-folder-in-a-folder", "deep")
