"""What students get: stubs and notebooks derived from the answer key, and bundles without answers and hidden tests."""

from grader.release.bundle import ReleaseError, release_bundle
from grader.release.derived import outdated_files
from grader.release.nbgrader import NbgraderError, nbgrader_is_there, write_nbgrader_course
from grader.release.stubs import derive_stub

__all__ = [
    "NbgraderError",
    "ReleaseError",
    "derive_stub",
    "nbgrader_is_there",
    "outdated_files",
    "release_bundle",
    "write_nbgrader_course",
]
