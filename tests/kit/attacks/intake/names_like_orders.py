"""Hands in files whose names are sequences, orders and formulas.

without walls: it is printed
behind walls: graded
harmless: yes
"""


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    for name in ("=cmd|calc grader-attack.txt", "a\x1b[31mgrader-attack.txt", "x\n::error::grader-attack.txt", "<script>alert(1)<grader-attack.zip"):
        (folder / name).write_text("")
