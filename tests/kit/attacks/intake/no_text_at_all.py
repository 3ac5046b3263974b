"""Hands in a module of random bytes, with a mark of an encoding at its beginning.

without walls: the reader dies
behind walls: graded
"""


def build(folder):
    (folder / "doubling.py").write_bytes(b"\xff\xfe" + bytes(range(256)) * 40 + b"\0")
