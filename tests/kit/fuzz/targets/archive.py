"""A student's zip, or a class's: refused with an ArchiveError that leaves nothing, or unpacked within its folder."""

from __future__ import annotations

import io
import zipfile

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file, empty_folder
from hypothesis import strategies as st

from grader.intake.discovery.archives import MAX_UNPACKED, ArchiveError, unpack
from grader.intake.discovery.layouts import GRADEABLE

NAMES = st.sampled_from(
    [
        *("softmax.py", "ada/softmax.py", "ada/01_softmax/softmax.py", "bob/softmax.ipynb", "ada/inner.zip"),
        *(
            "../out.py",
            "/out.py",
            "C:\\out.py",
            "..\\out.py",
            "ada/../../out.py",
            "ada//./softmax.py",
            "a.py/b.py",
        ),
        *("lovelace_late_123_456_softmax-2.py", "Ada L_77_assignsubmission_file_softmax.py", "__MACOSX/x.py"),
        *(
            "Ünï/softmax.py",
            "a" * 300 + ".py",
            "ada/README.md",
            "ada/",
            "\x1b[2J/softmax.py",
            "con.py",
            "a/" * 14 + "x.py",
        ),
    ]
) | texts(20).map(lambda name: name + ".py")
_KINDS = st.sampled_from([0o100644, 0o100644, 0o100644, 0o120777, 0o040755, 0o010644, 0])
_TOKENS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"\xff\xff\xff\xff",
    b"softmax.py",
    b"\x00\x00",
]


def zipped(files: list[tuple[str, bytes, int, int]]) -> bytes:
    """Return a zip of files: name, content, mode, kind of compression."""
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        for name, content, mode, compression in files:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = mode << 16
            info.compress_type = compression
            try:
                archive.writestr(info, content)
            except (UnicodeError, OSError):
                continue
    return buffer.getvalue()


_COMPRESSIONS = st.sampled_from(
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
_CONTENTS = st.binary(max_size=30) | st.just(b"x = 1\n" * 1000)
_FILES = st.lists(st.tuples(NAMES, _CONTENTS, _KINDS, _COMPRESSIONS), max_size=5)
INPUTS = damaged(_FILES.filter(lambda files: len({f[0] for f in files}) == len(files)).map(zipped), _TOKENS)


def run(data: bytes) -> None:
    file = as_file("archive.zip", data)
    for of_class in (False, True):
        with empty_folder("unpacked") as place:
            folder = place / "inside" / "here"
            try:
                contents = unpack(file, folder, GRADEABLE, of_class=of_class)
            except ArchiveError:
                expect(not folder.exists(), "a folder is left")
            else:
                found = [f for f in folder.rglob("*") if not f.is_dir()]
                expect(all(f.is_file() and not f.is_symlink() for f in found), "not plain", found)
                size = sum(f.stat().st_size for f in found)
                expect(size <= contents.size <= 6 * MAX_UNPACKED, size, contents.size)
            outside = [f for f in place.rglob("*") if not f.is_relative_to(folder)]
            expect(set(outside) <= {folder.parent}, "outside of the folder:", outside)
