"""Hands in a zip whose module is a symbolic link to a file of the machine.

without walls: the reader follows
behind walls: not graded
"""
import zipfile


def build(folder):
    with zipfile.ZipFile(folder / "doubling.zip", "w") as archive:
        info = zipfile.ZipInfo("doubling.py")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
