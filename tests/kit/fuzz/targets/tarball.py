"""A data set's archive, gzipped: refused with a DamagedFile or a FetchFailed, or unpacked within its folder."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import empty_folder
from hypothesis import strategies as st

from grader.course.datasets.errors import DamagedFile, FetchFailed
from grader.course.datasets.tarballs import differences, unpack

_NAMES = st.sampled_from(
    [
        *(
            "top/a.txt",
            "top/b/c.txt",
            "top",
            "other/a",
            "../a",
            "/a",
            "top/../../a",
            "top\\a",
            "top/a:b",
            "",
            ".",
            "top/.",
        )
    ]
) | texts(10)
_KINDS = st.sampled_from(
    [
        *(tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE),
        *(tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.AREGTYPE),
    ]
)
_TOKENS = [
    b"ustar\x0000",
    b"19 path=top/../../x\n",
    b"12 size=1000\n",
    b"27 GNU.sparse.size=100000\n",
    b"\x80" + b"\xff" * 7,
]


def _tar(members: list[tuple[str, bytes, bytes]]) -> bytes:
    with tarfile.open(fileobj=(buffer := io.BytesIO()), mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = kind, len(content), "/etc/passwd"
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


INPUTS = damaged(
    st.lists(st.tuples(_NAMES, _KINDS, st.binary(max_size=40)), max_size=4).map(_tar), _TOKENS
) | damaged(
    st.lists(st.tuples(_NAMES, st.just(tarfile.REGTYPE), st.binary(max_size=40)), max_size=4)
    .map(_tar)
    .map(lambda data: gzip.compress(data, mtime=0))
)


def run(data: bytes) -> None:
    """Give it what is gzipped as it is, and anything else gzipped."""
    packed = data if data.startswith(b"\x1f\x8b") else gzip.compress(data, 1, mtime=0)
    if _is_large(packed):
        return
    with empty_folder("tarball") as place:
        (place / "in").mkdir()
        archive = place / "in" / "a.tgz"
        archive.write_bytes(packed)
        try:
            top = unpack(archive, "top")
        except (DamagedFile, FetchFailed):
            left = {archive.parent, archive}
        else:
            expect(top.is_dir() and not any(f.is_symlink() for f in top.rglob("*")), "a link in it")
            expect(differences(archive, "top") == [], "what was just unpacked differs")
            left = {archive.parent, archive, top, *top.rglob("*")}
        expect(set(place.rglob("*")) == left, "left:", set(place.rglob("*")) - left)


def _is_large(packed: bytes) -> bool:
    """Return True for what unpacks to megabytes: nothing is unpacked here but what has the checksum of a data set."""
    try:
        return len(zlib.decompressobj(31).decompress(packed, 1 << 22)) >= 1 << 22
    except zlib.error:
        return False
