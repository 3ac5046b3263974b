"""What students get: stubs derived from the answer key, and bundles that hold neither answers nor hidden tests."""

from grader.release.bundle import ReleaseError, release_bundle
from grader.release.derived import outdated_files, write_derived
from grader.release.stubs import derive_stub

__all__ = ["ReleaseError", "derive_stub", "outdated_files", "release_bundle", "write_derived"]
