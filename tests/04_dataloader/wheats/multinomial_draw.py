"""A multinomial draw without replacement is the shuffle; dataclasses; each worker has an inbox and an outbox."""

import itertools
import queue
import threading
from dataclasses import InitVar, dataclass, field
from typing import Any

import torch


@dataclass(eq=False)
class Dataset:
    x: Any
    y: Any

    def __post_init__(self):
        if len(self.x) != len(self.y):
            raise ValueError(f"len(x) is {len(self.x)}, len(y) is {len(self.y)}")

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


@dataclass
class Sampler:
    ds: InitVar[Any]
    bs: int
    shuffle: bool = False
    drop_last: bool = False
    n: int = field(init=False)

    def __post_init__(self, ds):
        if self.bs < 1:
            raise ValueError("bs < 1")
        self.n = len(ds)

    def __len__(self):
        items = self.n if self.drop_last else self.n + self.bs - 1
        return items // self.bs

    def _order(self):
        if self.shuffle and self.n > 1:
            return torch.multinomial(torch.ones(self.n, dtype=torch.float64), self.n, replacement=False)
        return torch.arange(self.n)

    def __iter__(self):
        order = self._order()
        for k in range(len(self)):
            first = k * self.bs
            yield order[first : first + self.bs]


def collate(batch):
    (x, y), size = batch[0], len(batch)
    xs, ys = x.new_empty((size, *x.shape)), y.new_empty((size, *y.shape))
    for row, (x, y) in enumerate(batch):
        xs[row] = x
        ys[row] = y
    return xs, ys


@dataclass
class DataLoader:
    dataset: Any
    sampler: Any
    collate_fn: Any = collate

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        for indices in self.sampler:
            items = [self.dataset[i] for i in indices]
            yield self.collate_fn(items)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    train_sampler = Sampler(train_ds, bs, shuffle=True)
    valid_sampler = Sampler(valid_ds, 2 * bs, shuffle=False)
    return DataLoader(train_ds, train_sampler, **kwargs), DataLoader(valid_ds, valid_sampler, **kwargs)


class _Worker:
    def __init__(self, make):
        self.make = make
        self.inbox = queue.SimpleQueue()
        self.outbox = queue.SimpleQueue()
        self.dismissed = False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        while True:
            indices = self.inbox.get()
            if self.dismissed:
                return
            try:
                self.outbox.put((True, self.make(indices)))
            except BaseException as error:
                self.outbox.put((False, error))

    def take(self):
        good, result = self.outbox.get()
        if good:
            return result
        raise result

    def dismiss(self):
        self.dismissed = True
        self.inbox.put(None)


@dataclass
class ParallelDataLoader:
    dataset: Any
    sampler: Any
    collate_fn: Any = collate
    num_workers: int = 2

    def __len__(self):
        return len(self.sampler)

    def _make(self, indices):
        return self.collate_fn([self.dataset[i] for i in indices])

    def __iter__(self):
        # Batch k is made by worker k modulo their number, so the order needs no numbers.
        workers = [_Worker(self._make) for _ in range(self.num_workers)]
        givers, takers = itertools.cycle(workers), itertools.cycle(workers)
        owed = 0
        try:
            for indices in self.sampler:
                next(givers).inbox.put(indices)
                owed += 1
                if owed == 2 * self.num_workers:
                    owed -= 1
                    yield next(takers).take()
            for _ in range(owed):
                yield next(takers).take()
        finally:
            for worker in workers:
                worker.dismiss()
            for worker in workers:
                worker.thread.join()
