"""Each index is inserted at a random place among those before it; batches are taken off an iterator by islice."""

from itertools import islice

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) < len(y) or len(x) > len(y):
            raise ValueError("x and y must have the same length")
        self.inputs, self.targets = x, y

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, i):
        return self.inputs[i], self.targets[i]


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        self.indices = range(len(ds))
        self.bs = bs
        self.shuffle = bool(shuffle)
        self.drop_last = bool(drop_last)
        if bs < 1:
            raise ValueError("no batch is smaller than 1")

    def __len__(self):
        n = len(self.indices)
        return n // self.bs + int(n % self.bs > 0 and not self.drop_last)

    def _order(self):
        if not self.shuffle:
            return self.indices
        counts = torch.arange(1, len(self.indices) + 1)
        places = (torch.rand(len(counts), dtype=torch.float64) * counts).long()
        order = []
        for i, place in zip(self.indices, places.tolist()):
            order.insert(place, i)
        return order

    def __iter__(self):
        order = iter(self._order())
        while batch := list(islice(order, self.bs)):
            if self.drop_last and len(batch) != self.bs:
                break
            yield torch.tensor(batch, dtype=torch.int64)


def collate(batch):
    xs, ys = [], []
    for x, y in batch:
        xs.append(x)
        ys.append(y)
    return torch.stack(xs), torch.stack(ys)


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self._ds, self._sampler, self._collate_fn = ds, sampler, collate_fn

    dataset = property(lambda self: self._ds)

    def __len__(self):
        return len(self._sampler)

    def __iter__(self):
        passes = iter(self._sampler)
        while True:
            try:
                indices = next(passes)
            except StopIteration:
                return
            batch = [self._ds[int(i)] for i in indices]
            yield self._collate_fn(batch)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    samplers = Sampler(train_ds, bs, True), Sampler(valid_ds, 2 * bs, False)
    train_dl, valid_dl = (DataLoader(ds, s, **kwargs) for ds, s in zip((train_ds, valid_ds), samplers))
    return train_dl, valid_dl
