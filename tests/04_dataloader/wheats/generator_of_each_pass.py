"""Each pass draws a seed from torch's generator and shuffles with its own; workers meet at one condition."""

import threading
from collections import deque

import torch


class Dataset:
    def __init__(self, x, y):
        if range(len(x)) != range(len(y)):
            raise ValueError("every input needs one target")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        x = self.x[i]
        y = self.y[i]
        return x, y


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs < 1:
            raise ValueError(f"a batch size of {bs}")
        self.settings = len(ds), bs, shuffle, drop_last

    def _sizes(self):
        n, bs, _, drop_last = self.settings
        for start in range(0, n, bs):
            size = min(bs, n - start)
            if size == bs or not drop_last:
                yield size

    def __len__(self):
        n, bs, _, drop_last = self.settings
        whole, rest = divmod(n, bs)
        return whole if drop_last else whole + bool(rest)

    def __iter__(self):
        n, _, shuffle, _ = self.settings
        if shuffle:
            seed = int(torch.randint(2**62, ()))
            order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
        else:
            order = torch.tensor(range(n), dtype=torch.int64)
        done = 0
        for size in self._sizes():
            yield order[done : done + size]
            done += size


def collate(batch):
    xs, ys = map(torch.stack, zip(*batch))
    return xs, ys


def _make(ds, indices, collate_fn):
    return collate_fn([ds[i] for i in indices])


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset = ds
        self.sampler = sampler
        self.collate_fn = collate_fn

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        for indices in self.sampler:
            yield _make(self.dataset, indices, self.collate_fn)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    how = {"train": (train_ds, bs, True), "valid": (valid_ds, 2 * bs, False)}
    dls = {
        part: DataLoader(ds, Sampler(ds, size, shuffle), **kwargs)
        for part, (ds, size, shuffle) in how.items()
    }
    return dls["train"], dls["valid"]


class _Desk:
    """Numbered tasks go to whoever is free; results lie here until their number is called."""

    def __init__(self, make, num_workers):
        self.make = make
        self.changed = threading.Condition()
        self.tasks, self.results, self.closed = deque(), {}, False
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(num_workers)]
        for thread in self.threads:
            thread.start()

    def work(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.tasks or self.closed)
                if self.closed:
                    return
                number, indices = self.tasks.popleft()
            try:
                result = self.make(indices), None
            except BaseException as error:
                result = None, error
            with self.changed:
                self.results[number] = result
                self.changed.notify_all()

    def give(self, number, indices):
        with self.changed:
            self.tasks.append((number, indices))
            self.changed.notify_all()

    def call(self, number):
        with self.changed:
            self.changed.wait_for(lambda: number in self.results)
            batch, error = self.results.pop(number)
        if error is not None:
            raise error
        return batch

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        for thread in self.threads:
            thread.join()


class ParallelDataLoader:
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        self.dataset, self.sampler, self.collate_fn = ds, sampler, collate_fn
        self.num_workers = num_workers

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        desk = _Desk(lambda indices: _make(self.dataset, indices, self.collate_fn), self.num_workers)
        called = 0
        try:
            given = 0
            for given, indices in enumerate(self.sampler, start=1):
                desk.give(given - 1, indices)
                if given - called > self.num_workers:
                    yield desk.call(called)
                    called += 1
            while called < given:
                yield desk.call(called)
                called += 1
        finally:
            desk.close()
