"""Hands in a zip with a path that leads out of the folder it is unpacked into.

without walls: a file is left
behind walls: not graded
"""
import zipfile


def build(folder):
    with zipfile.ZipFile(folder / "doubling.zip", "w") as archive:
        archive.writestr("../" * 20 + "tmp/grader-attack-zip.py", "x = 1")
        archive.writestr("doubling.py", "def double(x):\n    return 2 * x\n")
