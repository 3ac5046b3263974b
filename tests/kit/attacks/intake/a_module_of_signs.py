"""Hands in a module of a million nested minus signs, over which compilers have crashed.

without walls: the reader grows
behind walls: graded
"""


def build(folder):
    (folder / "doubling.py").write_text("x = " + "-" * 1_000_000 + "1\n")
