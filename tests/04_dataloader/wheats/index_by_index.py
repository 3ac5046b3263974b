"""Single indices come from one generator and are gathered into batches by another, as they fill up."""

import operator

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError("x and y are of different lengths")
        self.columns = [x, y]

    def __len__(self):
        return min(len(column) for column in self.columns)

    def __getitem__(self, i):
        pick = operator.itemgetter(i)
        x, y = self.columns
        return pick(x), pick(y)


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if not 1 <= bs:
            raise ValueError("bs: 1, 2, 3, …")
        self.n = operator.length_hint(ds)
        self.bs, self.shuffle, self.drop_last = bs, shuffle, drop_last

    def __len__(self):
        return sum(1 for _ in self._gather(range(self.n)))

    def _indices(self):
        if self.shuffle:
            yield from torch.randperm(self.n).tolist()
        else:
            yield from range(self.n)

    def _gather(self, indices):
        batch = []
        for i in indices:
            batch.append(i)
            if len(batch) == self.bs:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __iter__(self):
        for batch in self._gather(self._indices()):
            yield torch.LongTensor(batch)


def collate(batch):
    first, *others = batch
    xs, ys = [first[0]], [first[1]]
    for item in others:
        xs.append(item[0])
        ys.append(item[1])
    return torch.stack(xs), torch.stack(ys)


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset, self._sampler, self._collate_fn = ds, sampler, collate_fn

    def __len__(self):
        return len(self._sampler)

    def _items(self, indices):
        return [self.dataset[operator.index(i)] for i in indices]

    def __iter__(self):
        yield from (self._collate_fn(self._items(indices)) for indices in self._sampler)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    train_dl = DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs)
    return train_dl, DataLoader(valid_ds, Sampler(valid_ds, bs << 1), **kwargs)
