"""What can go wrong with data. Every text says what to do."""

from __future__ import annotations


class DatasetError(Exception):
    """Data is not to be had. The text is a sentence for whoever asked."""


class MissingPackage(DatasetError):
    """A set needs a package that is not installed. Tests skip with this text as their reason."""


class UnknownDataset(DatasetError):
    """No set has that name."""


class NotFetched(DatasetError):
    """A set's files are not in the cache, and nobody asked to fetch them."""


class FetchFailed(DatasetError):
    """A file could not be fetched: no connection, a broken one, or not the file it should be."""


class DamagedFile(DatasetError):
    """A file is there but can't be what it should be."""
