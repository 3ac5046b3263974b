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
        # BEGIN SOLUTION
        if len(x) != len(y):
            raise ValueError(f"x and y have to be of the same length, not {len(x)} and {len(y)}")
        self.x, self.y = x, y
        # END SOLUTION

    def __len__(self):
        """The number of items."""
        # BEGIN SOLUTION
        return len(self.x)
        # END SOLUTION

    def __getitem__(self, i):
        """(x[i], y[i]), i being an int, a slice, a list of ints, or an int64 tensor."""
        # BEGIN SOLUTION
        return self.x[i], self.y[i]
        # END SOLUTION


class Sampler:
    """Says which items make a batch: iterating yields tensors of indices.

    ds:        the data set, of which only the length counts
    bs:        the number of items in a batch
    shuffle:   whether the items come in a random order, or as they are
    drop_last: whether a last batch that is smaller is left out
    """

    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        # BEGIN SOLUTION
        if bs < 1:
            raise ValueError(f"bs has to be 1 or more, not {bs}")
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last
        # END SOLUTION

    def __len__(self):
        """The number of batches of a pass."""
        # BEGIN SOLUTION
        return self.n // self.bs if self.drop_last else -(-self.n // self.bs)
        # END SOLUTION

    def __iter__(self):
        """One pass, batch by batch."""
        # BEGIN SOLUTION
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
        # END SOLUTION


def collate(batch):
    """A list of items (x, y), tensors of equal shape, as one batch: (xs, ys), stacked along a new first dim."""
    # BEGIN SOLUTION
    xs, ys = zip(*batch, strict=True)
    return torch.stack(xs), torch.stack(ys)
    # END SOLUTION


class DataLoader:
    """Iterating yields a batch for each of the sampler's index tensors.

    ds:         any data set, with len and [i]
    sampler:    any iterable of index tensors, with a len
    collate_fn: makes a batch of a list of items
    """

    def __init__(self, ds, sampler, collate_fn=collate):
        # BEGIN SOLUTION
        self.dataset, self.sampler, self.collate_fn = ds, sampler, collate_fn
        # END SOLUTION

    def __len__(self):
        """The number of batches of a pass."""
        # BEGIN SOLUTION
        return len(self.sampler)
        # END SOLUTION

    def __iter__(self):
        """One pass, batch by batch."""
        # BEGIN SOLUTION
        for indices in self.sampler:
            yield self.collate_fn([self.dataset[i] for i in indices])
        # END SOLUTION


def get_dls(train_ds, valid_ds, bs, **kwargs):
    """(DataLoader for training, DataLoader for validation). kwargs: a collate_fn for both."""
    # BEGIN SOLUTION
    return (
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs), **kwargs),
    )
    # END SOLUTION


class ParallelDataLoader:
    """(stretch) A DataLoader whose batches are made by `num_workers` threads. Other arguments as for DataLoader."""

    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        # BEGIN SOLUTION
        self.dataset, self.sampler, self.collate_fn, self.num_workers = ds, sampler, collate_fn, num_workers
        # END SOLUTION

    def __len__(self):
        """The number of batches of a pass."""
        # BEGIN SOLUTION
        return len(self.sampler)
        # END SOLUTION

    def __iter__(self):
        """One pass, batch by batch."""
        # BEGIN SOLUTION
        ahead = deque()

        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        with ThreadPoolExecutor(self.num_workers) as workers:  # leaving it waits for what is being made
            try:
                for indices in self.sampler:
                    ahead.append(workers.submit(make, indices))
                    if len(ahead) > self.num_workers:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for batch in ahead:
                    batch.cancel()
        # END SOLUTION
