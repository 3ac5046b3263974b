"""Hands in four zips that unpack to 190 MB each, which is allowed to one.

without walls: the reader grows
behind walls: not graded, graded
"""
import zipfile


def build(folder):
    for number in range(4):
        with zipfile.ZipFile(folder / f"doubling{number or ''}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open(f"part{number}/doubling.py", "w") as entry:
                for _ in range(46):
                    entry.write(b"#" * (4 << 20))
