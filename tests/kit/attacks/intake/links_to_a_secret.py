"""Hands in a symbolic link to the course's secret as a helper.

without walls: the reader follows
behind walls: graded, not graded
harmless: yes
"""


def build(folder):
    (folder / "doubling.py").write_text("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n")
    (folder / "helper.py").symlink_to("../../secret")
