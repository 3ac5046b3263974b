"""No generators: each pass is an object of its own with __next__, the parallel one closing its pool by itself."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import torch


class Dataset:
    def __init__(self, x, y):
        n = len(x)
        if n != len(y):
            raise ValueError("inputs and targets differ in number")
        self.x = x
        self.y = y
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return (self.x[i], self.y[i])


class _SamplerPass:
    def __init__(self, order, bs, last):
        self.order, self.bs, self.last, self.at = order, bs, last, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= self.last:
            raise StopIteration
        batch = self.order.narrow(0, self.at, min(self.bs, self.last - self.at)).clone()
        self.at += self.bs
        return batch


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last
        if self.bs < 1:
            raise ValueError("bs must be positive")

    def __len__(self):
        batches = self.n // self.bs
        if not self.drop_last and batches * self.bs < self.n:
            batches += 1
        return batches

    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        return _SamplerPass(order, self.bs, min(self.n, len(self) * self.bs))


def collate(batch):
    stacked = []
    for column in zip(*batch):
        stacked.append(torch.stack(column, dim=0))
    xs, ys = stacked
    return xs, ys


class _Pass:
    def __init__(self, loader):
        self.loader, self.batches = loader, iter(loader.sampler)

    def __iter__(self):
        return self

    def __next__(self):
        indices = next(self.batches)
        try:
            return self.loader.load(indices)
        except StopIteration as error:  # else the loop would take it for the end of the data
            raise RuntimeError("an item raised StopIteration") from error


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset, self.sampler, self.collate_fn = ds, sampler, collate_fn

    def __len__(self):
        return len(self.sampler)

    def load(self, indices):
        return self.collate_fn([self.dataset[i] for i in indices])

    def __iter__(self):
        return _Pass(self)


def get_dls(train_ds, valid_ds, bs, collate_fn=collate):
    train_dl = DataLoader(train_ds, Sampler(train_ds, bs=bs, shuffle=True), collate_fn=collate_fn)
    valid_dl = DataLoader(valid_ds, Sampler(valid_ds, bs=2 * bs), collate_fn=collate_fn)
    return train_dl, valid_dl


class _ParallelPass:
    def __init__(self, load, sampler, num_workers):
        self.pool = ThreadPoolExecutor(num_workers)
        self.waiting, self.ahead, self.more = deque(), num_workers, True
        self.load, self.batches = load, iter(sampler)

    def __iter__(self):
        return self

    def __next__(self):
        try:
            self.fill()
            if self.waiting:
                return self.waiting.popleft().result()
        except StopIteration as error:
            self.close()
            raise RuntimeError("an item raised StopIteration") from error
        except BaseException:
            self.close()
            raise
        self.close()
        raise StopIteration

    def fill(self):
        while self.more and len(self.waiting) <= self.ahead:
            try:
                indices = next(self.batches)
            except StopIteration:
                self.more = False
            else:
                self.waiting.append(self.pool.submit(self.load, indices))

    def close(self):
        self.more = False
        self.waiting.clear()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def __del__(self):
        self.close()


class ParallelDataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn)
        self.num_workers = num_workers

    def __iter__(self):
        return _ParallelPass(self.load, self.sampler, self.num_workers)
