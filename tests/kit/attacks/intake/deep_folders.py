"""Hands in folders in folders, twelve hundred deep.

without walls: the reader dies
behind walls: graded, not graded
harmless: yes
"""


import os


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(1200):
        os.mkdir("f")
        os.chdir("f")
    os.chdir(here)
