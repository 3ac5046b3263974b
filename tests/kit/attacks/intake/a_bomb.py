"""Hands in a zip of a few kilobytes that unpacks to a gigabyte.

without walls: the reader grows
behind walls: not graded
"""
import zipfile


def build(folder):
    with zipfile.ZipFile(folder / "doubling.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("doubling.py", "w", force_zip64=True) as entry:
            for _ in range(256):
                entry.write(b"#" * (4 << 20))
