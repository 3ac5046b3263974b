"""Hands in a folder that an ordinary user may not enter.

without walls: the reader dies
behind walls: graded, not graded
harmless: yes
for: an ordinary user
"""


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    (folder / "shut").mkdir()
    (folder / "shut" / "inner").mkdir()
    (folder / "shut").chmod(0)
