"""Stubs and notebooks generated from the answer key, and bundles for students, without answers and hidden tests."""

from grader.authoring.release.bundle import ReleaseError, release_bundle
from grader.authoring.release.generated import outdated_files

__all__ = ["ReleaseError", "outdated_files", "release_bundle"]
