"""Errors about data sets. Every text says what to do."""

from __future__ import annotations


class DatasetError(Exception):
    """A data set can't be had. The text is a sentence for the user."""


class MissingPackage(DatasetError):
    """A set needs a package that is not installed. Tests skip with this text as their reason."""


class UnknownDataset(DatasetError):
    """No set has that name."""


class NotFetched(DatasetError):
    """A set's files are not in the cache, and nobody has asked for them."""


class FetchFailed(DatasetError):
    """A file could not be downloaded: no connection, a broken one, or another file than expected."""


class DamagedFile(DatasetError):
    """A file is there, but is not what it should be."""
