"""What students get: stubs derived from the answer key, and bundles that hold neither answers nor hidden tests."""

from grader.release.bundle import ReleaseError, release_bundle
from grader.release.stubs import derive_stub, outdated_stubs, write_stubs

__all__ = ["ReleaseError", "derive_stub", "outdated_stubs", "release_bundle", "write_stubs"]
