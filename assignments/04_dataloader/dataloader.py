# Generated from the course: the stub of unit 04_dataloader. Fill it in; once you have edited it, it stays.
"""Unit 04: from a data set to batches.

A Dataset gives single items, a Sampler says which items make a batch, `collate` makes one batch of a list of items,
and a DataLoader puts the three together. What counts as core, robust and stretch is in the table of the handout,
README.md in this folder.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import torch


class Dataset:
    """Inputs and targets side by side. x, y: tensors of the same length."""

    def __init__(self, x, y):
        raise NotImplementedError("Dataset.__init__")

    def __len__(self):
        """The number of items."""
        raise NotImplementedError("Dataset.__len__")

    def __getitem__(self, i):
        """(x[i], y[i]), i being an int, a slice, a list of ints, or an int64 tensor."""
        raise NotImplementedError("Dataset.__getitem__")


class Sampler:
    """Says which items make a batch: iterating yields tensors of indices.

    ds:        the data set, of which only the length counts
    bs:        the number of items in a batch
    shuffle:   whether the items come in a random order, or as they are
    drop_last: whether a last batch that is smaller is left out
    """

    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        raise NotImplementedError("Sampler.__init__")

    def __len__(self):
        """The number of batches of a pass."""
        raise NotImplementedError("Sampler.__len__")

    def __iter__(self):
        """One pass, batch by batch."""
        raise NotImplementedError("Sampler.__iter__")


def collate(batch):
    """A list of items (x, y), tensors of equal shape, as one batch: (xs, ys), stacked along a new first dim."""
    raise NotImplementedError("collate")


class DataLoader:
    """Iterating yields a batch for each of the sampler's index tensors.

    ds:         any data set, with len and [i]
    sampler:    any iterable of index tensors, with a len
    collate_fn: makes a batch of a list of items
    """

    def __init__(self, ds, sampler, collate_fn=collate):
        raise NotImplementedError("DataLoader.__init__")

    def __len__(self):
        """The number of batches of a pass."""
        raise NotImplementedError("DataLoader.__len__")

    def __iter__(self):
        """One pass, batch by batch."""
        raise NotImplementedError("DataLoader.__iter__")


def get_dls(train_ds, valid_ds, bs, **kwargs):
    """(DataLoader for training, DataLoader for validation). kwargs: a collate_fn for both."""
    raise NotImplementedError("get_dls")


class ParallelDataLoader:
    """(stretch) A DataLoader whose batches are made by `num_workers` threads. Other arguments as for DataLoader."""

    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        raise NotImplementedError("ParallelDataLoader.__init__")

    def __len__(self):
        """The number of batches of a pass."""
        raise NotImplementedError("ParallelDataLoader.__len__")

    def __iter__(self):
        """One pass, batch by batch."""
        raise NotImplementedError("ParallelDataLoader.__iter__")
