"""Runs another Python by subprocess.

without walls: it passes
behind walls: error
"""
import subprocess
import sys


def double(x):
    return int(subprocess.run([sys.executable, "-c", f"print(2 * {x})"], capture_output=True).stdout)
