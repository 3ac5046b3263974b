"""What students get: stubs and notebooks derived from the answer key, and bundles without answers and hidden tests."""

from grader.authoring.release.bundle import ReleaseError, release_bundle
from grader.authoring.release.generated import outdated_files
from grader.course.stubs import derive_stub
from grader.outputs.nbgrader.course import NbgraderError, nbgrader_is_there, write_nbgrader_course

__all__ = [
    "NbgraderError",
    "ReleaseError",
    "derive_stub",
    "nbgrader_is_there",
    "outdated_files",
    "release_bundle",
    "write_nbgrader_course",
]
