"""Hands in a module of 40 MB.

without walls: the reader grows
behind walls: not graded, graded
"""


def build(folder):
    with open(folder / "doubling.py", "w") as file:
        for _ in range(400):
            file.write("x = 1\n" * 17_000)
