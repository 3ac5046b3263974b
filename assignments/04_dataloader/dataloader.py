# Generated from the course: the stub of unit 04_dataloader. Fill it in; once you have edited it, it stays.
"""Unit 04: from a data set to batches.

A Dataset answers for single items, a Sampler says which items make a batch, `collate` makes one batch of a list of
items, and a DataLoader puts the three together. The handout is README.md in this folder.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import torch


class Dataset:
    """Inputs and targets side by side.

    x, y: tensors (or anything that is indexed like them) of the same length; else ValueError.
    """

    def __init__(self, x, y):
        raise NotImplementedError("Dataset.__init__")

    def __len__(self):
        """The number of items."""
        raise NotImplementedError("Dataset.__len__")

    def __getitem__(self, i):
        """(x[i], y[i]), i being an int, a slice, a list of ints, or an int64 tensor."""
        raise NotImplementedError("Dataset.__getitem__")


class Sampler:
    """Says which items make a batch: iterating yields int64 tensors of indices, `bs` in each.

    ds:        only its length counts; the sampler doesn't keep it
    bs:        the batch size, 1 or more; else ValueError
    shuffle:   False: in order. True: a permutation drawn uniformly, from torch's generator, anew at each pass
    drop_last: for a last batch that is smaller: False yields it, True leaves it out
    """

    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        raise NotImplementedError("Sampler.__init__")

    def __len__(self):
        """The number of batches of a pass."""
        raise NotImplementedError("Sampler.__len__")

    def __iter__(self):
        """One pass, batch by batch. Two passes at the same time don't disturb each other."""
        raise NotImplementedError("Sampler.__iter__")


def collate(batch):
    """A list of items (x, y), tensors of equal shape, as one batch: (xs, ys), stacked along a new first dim."""
    raise NotImplementedError("collate")


class DataLoader:
    """Iterating yields a batch for each of the sampler's index tensors: collate_fn([ds[i] for i in indices]).

    The items of a batch are not read before that batch is asked for. It can be iterated again, and by two loops at
    the same time. What ds or collate_fn raises reaches the loop.
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
    """(DataLoader for training, DataLoader for validation); kwargs go to both of them.

    Training: shuffled, in batches of bs. Validation: in order and in batches of 2 * bs. Without a backward
    pass, the memory holds twice as many items.
    """
    raise NotImplementedError("get_dls")


class ParallelDataLoader:
    """(stretch) A DataLoader whose batches are made by `num_workers` threads: the same ones in the same order.

    At most a few batches are made ahead. What ds or collate_fn raises reaches the loop, at the batch that it belongs
    to. When a pass ends, also by leaving the loop early, its workers end.
    """

    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        raise NotImplementedError("ParallelDataLoader.__init__")

    def __len__(self):
        """The number of batches of a pass."""
        raise NotImplementedError("ParallelDataLoader.__len__")

    def __iter__(self):
        """One pass, batch by batch."""

        raise NotImplementedError("ParallelDataLoader.__iter__")
