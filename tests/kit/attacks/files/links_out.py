"""Makes a symbolic link in its own folder, and reads through it what lies outside.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.symlink("/etc", "way-out")
    with open("way-out/passwd") as file:
        return 2 * x if file.read() else None
