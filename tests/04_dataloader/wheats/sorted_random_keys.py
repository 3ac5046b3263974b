"""Shuffles by sorting: one float64 key for each item (ties are out of reach); batches from a growing cursor."""

import torch


class Dataset:
    def __init__(self, x, y):
        lengths = {len(x), len(y)}
        if len(lengths) > 1:
            raise ValueError(f"lengths differ: {sorted(lengths)}")
        self.pair = x, y
        self.length = lengths.pop()

    def __len__(self):
        return self.length

    def __getitem__(self, i):
        x, y = self.pair
        return x[i], y[i]


def _in_order(n):
    return torch.arange(n)


def _shuffled(n):
    return torch.rand(n, dtype=torch.float64).argsort()


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs <= 0:
            raise ValueError(f"bs={bs} is no batch size")
        self.order = _shuffled if shuffle else _in_order
        self.n = len(ds)
        self.bs = bs
        self.used = self.n - self.n % bs if drop_last else self.n

    def __len__(self):
        return (self.used + self.bs - 1) // self.bs

    def __iter__(self):
        rest = self.order(self.n)[: self.used]
        while len(rest):
            batch, rest = rest[: self.bs], rest[self.bs :]
            yield batch


def collate(batch):
    xs = torch.cat([x.unsqueeze(0) for x, y in batch])
    ys = torch.cat([y.unsqueeze(0) for x, y in batch])
    return xs, ys


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset = ds
        self.batches = sampler
        self.finish = collate_fn

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        ds, finish = self.dataset, self.finish
        for indices in self.batches:
            yield finish([ds[i] for i in indices])


def get_dls(train_ds, valid_ds, bs, **kwargs):
    settings = ((train_ds, dict(bs=bs, shuffle=True)), (valid_ds, dict(bs=2 * bs, shuffle=False)))
    return tuple(DataLoader(ds, Sampler(ds, **how), **kwargs) for ds, how in settings)
