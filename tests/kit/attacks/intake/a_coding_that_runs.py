"""Names an encoding in its first line that unpacks what follows.

without walls: the reader dies
behind walls: graded
"""


def build(folder):
    (folder / "doubling.py").write_bytes(b"# -*- coding: zlib_codec -*-\n" + b"x\x9c" * 1000)
