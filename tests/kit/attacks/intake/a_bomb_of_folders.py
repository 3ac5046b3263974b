"""Hands in a zip whose few entries lie in folders in folders, nine thousand in all.

without walls: the reader makes many files
behind walls: not graded, graded
"""
import zipfile


def build(folder):
    with zipfile.ZipFile(folder / "doubling.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr("/".join([f"f{number}"] * 900) + "/a.py", "")
