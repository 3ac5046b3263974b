"""Hands in files whose names are not UTF-8.

without walls: the reader dies
behind walls: graded
harmless: yes
"""


import os


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    open(os.path.join(os.fsencode(folder), b"helper\xff\xe9.py"), "w").close()
    open(os.path.join(os.fsencode(folder), b"notes\xe9.txt"), "w").close()
