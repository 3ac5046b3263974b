"""Hands in ten thousand helper files.

without walls: the reader makes many files
behind walls: not graded, graded
"""


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    for number in range(10_000):
        (folder / f"h{number}.py").write_text("")
