"""Fisher–Yates with only the moved places in a dict, drawn batch by batch; a short-lived thread for each batch."""

import threading
from collections import deque

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) - len(y):
            raise ValueError(f"{len(x)} inputs but {len(y)} targets")
        self._parts = (x, y)

    def __len__(self):
        return len(self._parts[0])

    def __getitem__(self, i):
        return tuple(part[i] for part in self._parts)


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if not bs >= 1:
            raise ValueError("bs is at least 1")
        self.n = len(ds)
        self.bs = bs
        self.shuffle = shuffle
        self.drop_last = drop_last

    def __len__(self):
        full, rest = divmod(self.n, self.bs)
        if rest and not self.drop_last:
            return full + 1
        return full

    def __iter__(self):
        moved = {}
        start = 0
        while start < self.n:
            stop = min(start + self.bs, self.n)
            if stop - start < self.bs and self.drop_last:
                return
            if self.shuffle:
                yield torch.tensor(self._draw(start, stop, moved))
            else:
                yield torch.arange(start, stop)
            start = stop

    def _draw(self, start, stop, moved):
        """Swap each place of start..stop with one drawn from itself and those behind it."""
        left = self.n - torch.arange(start, stop, dtype=torch.float64)
        jumps = (torch.rand(stop - start, dtype=torch.float64) * left).long().tolist()
        drawn = []
        for place, jump in zip(range(start, stop), jumps):
            here = moved.pop(place, place)
            if jump == 0:
                drawn.append(here)
            else:
                drawn.append(moved.get(place + jump, place + jump))
                moved[place + jump] = here
        return drawn


def collate(batch):
    return torch.stack([x for x, _ in batch]), torch.stack([y for _, y in batch])


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset = ds
        self.sampler = sampler
        self.collate_fn = collate_fn

    def __len__(self):
        return len(self.sampler)

    def _batch(self, indices):
        items = []
        for i in indices:
            items.append(self.dataset[int(i)])
        return self.collate_fn(items)

    def __iter__(self):
        return (self._batch(indices) for indices in self.sampler)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    def loader(ds, size, shuffle):
        return DataLoader(ds, Sampler(ds, size, shuffle), **kwargs)

    return loader(train_ds, bs, True), loader(valid_ds, bs + bs, False)


class _Job(threading.Thread):
    """Makes one batch; what came of it, batch or exception, is handed over by `outcome`."""

    def __init__(self, make, indices):
        super().__init__(daemon=True)
        self.make, self.indices = make, indices
        self.batch = self.error = None
        self.start()

    def run(self):
        try:
            self.batch = self.make(self.indices)
        except BaseException as error:
            self.error = error

    def outcome(self):
        self.join()
        if self.error is not None:
            raise self.error
        return self.batch


class ParallelDataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        DataLoader.__init__(self, ds, sampler, collate_fn)
        self.num_workers = num_workers

    def __iter__(self):
        jobs = deque()
        try:
            for indices in self.sampler:
                if len(jobs) == self.num_workers:
                    yield jobs.popleft().outcome()
                jobs.append(_Job(self._batch, indices))
            while jobs:
                yield jobs.popleft().outcome()
        finally:
            for job in jobs:
                job.join()
