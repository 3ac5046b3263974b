"""A pass is split and islice of one order, batches are a map of the sampler, columns a tuple; futures run ahead."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import torch


class Dataset:
    """Inputs and targets side by side."""

    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"{len(x)} inputs, but {len(y)} targets")
        self.columns = (x, y)

    def __len__(self):
        return len(self.columns[0])

    def __getitem__(self, i):
        return tuple(column[i] for column in self.columns)


class Sampler:
    """Says which items make a batch: iterating yields tensors of indices."""

    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs < 1:
            raise ValueError(f"batches of {bs} items")
        self.n, self.bs = len(ds), bs
        self.order = torch.randperm if shuffle else torch.arange
        self.drop_last = drop_last

    def __len__(self):
        whole, rest = divmod(self.n, self.bs)
        return whole if self.drop_last or not rest else whole + 1

    def __iter__(self):
        # split makes one empty piece of an empty order, and islice leaves it out, as it does a short last one
        pieces = self.order(self.n).split(self.bs)
        return islice(pieces, len(self))


def collate(batch):
    """A list of items (x, y) as one batch."""
    xs, ys = zip(*batch)
    return torch.stack(xs), torch.stack(ys)


class DataLoader:
    """Iterating yields a batch for each of the sampler's index tensors."""

    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset, self.sampler, self.collate_fn = ds, sampler, collate_fn

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        return map(self.make, self.sampler)

    def make(self, indices):
        """The batch of these indices."""
        return self.collate_fn([self.dataset[i] for i in indices.tolist()])


def get_dls(train_ds, valid_ds, bs, **kwargs):
    """(DataLoader for training, DataLoader for validation)."""
    samplers = Sampler(train_ds, bs, shuffle=True), Sampler(valid_ds, 2 * bs)
    return tuple(DataLoader(ds, sampler, **kwargs) for ds, sampler in zip((train_ds, valid_ds), samplers))


class ParallelDataLoader(DataLoader):
    """A DataLoader whose batches are made by threads."""

    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn)
        self.num_workers = num_workers

    def __iter__(self):
        pool = ThreadPoolExecutor(self.num_workers)
        try:
            futures = (pool.submit(self.make, indices) for indices in self.sampler)
            begun = deque(islice(futures, 2 * self.num_workers))
            while begun:
                batch = begun.popleft().result()
                begun.extend(islice(futures, 1))
                yield batch
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
