"""Slices of one permutation, cut by a range of starts; the parallel loader keeps a window of futures full."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError("as many targets as inputs, please")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs < 1:
            raise ValueError("a batch has at least one item")
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last

    def _starts(self):
        end = self.n - self.bs + 1 if self.drop_last else self.n
        return range(0, end, self.bs)

    def __len__(self):
        return len(self._starts())

    def __iter__(self):
        idxs = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for i in self._starts():
            yield idxs[i : i + self.bs]


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs), torch.stack(ys)


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.ds, self.sampler, self.collate_fn = ds, sampler, collate_fn

    @property
    def dataset(self):
        return self.ds

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        for s in self.sampler:
            yield self.collate_fn([self.ds[i] for i in s])


def get_dls(train_ds, valid_ds, bs, **kwargs):
    train = DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs)
    valid = DataLoader(valid_ds, Sampler(valid_ds, bs * 2), **kwargs)
    return train, valid


class ParallelDataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn)
        self.num_workers = num_workers

    def _load(self, s):
        return self.collate_fn([self.ds[i] for i in s])

    def __iter__(self):
        pool = ThreadPoolExecutor(max_workers=self.num_workers)
        try:
            index_batches = iter(self.sampler)
            window = deque(pool.submit(self._load, s) for s in islice(index_batches, 2 * self.num_workers))
            while window:
                batch = window.popleft().result()
                window.extend(pool.submit(self._load, s) for s in islice(index_batches, 1))
                yield batch
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
