"""Hands in a zip of 60 000 empty files.

without walls: the reader makes many files
behind walls: not graded
"""
import zipfile


def build(folder):
    with zipfile.ZipFile(folder / "doubling.zip", "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}.py", "")
