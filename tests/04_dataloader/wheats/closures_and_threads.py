"""A pass is a closure, Fisher-Yates by hand, stacking by cat, iterator classes and threads made one by one."""

import threading
from operator import itemgetter
from queue import SimpleQueue

import torch


class Dataset:
    def __init__(self, x, y):
        self._both = (x, y)
        if len({len(t) for t in self._both}) == 2:
            raise ValueError("lengths differ")

    def __len__(self):
        return len(self._both[1])

    def __getitem__(self, i):
        return tuple(map(itemgetter(i), self._both))


def _shuffled(n):
    """Durstenfeld by hand: place k gets one of what is left, itself allowed."""
    order = list(range(n))
    for k in range(n - 1, 0, -1):
        j = int(torch.randint(k + 1, ()))
        order[k], order[j] = order[j], order[k]
    return order


class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        n = len(ds)
        if not bs >= 1:
            raise ValueError("bs must be 1 or more")
        whole, rest = divmod(n, bs)
        self._count = whole + bool(rest and not drop_last)

        def a_pass():
            order = iter(_shuffled(n) if shuffle else range(n))
            for _ in range(self._count):
                yield torch.tensor([i for _, i in zip(range(bs), order)], dtype=torch.int64)

        self._pass = a_pass

    def __len__(self):
        return self._count

    def __iter__(self):
        return self._pass()


def collate(batch):
    return torch.cat([x[None] for x, _ in batch]), torch.cat([y.unsqueeze(0) for _, y in batch])


class _Pass:
    """One walk over a loader; knows nothing but its own place."""

    def __init__(self, loader):
        self.indices = iter(loader.sampler)
        self.make = loader._make

    def __iter__(self):
        return self

    def __next__(self):
        return self.make(next(self.indices))


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.dataset, self.sampler, self.collate_fn = ds, sampler, collate_fn

    def __len__(self):
        return len(self.sampler)

    def _make(self, s):
        return self.collate_fn(list(map(self.dataset.__getitem__, s.tolist())))

    def __iter__(self):
        return _Pass(self)


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return tuple(
        DataLoader(ds, Sampler(ds, size, shuffle), **kwargs)
        for ds, size, shuffle in ((train_ds, bs, True), (valid_ds, bs + bs, False))
    )


class ParallelDataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn)
        self.num_workers = num_workers

    @staticmethod
    def _work(jobs, make):
        while (job := jobs.get()) is not None:
            s, box, ready = job
            try:
                box.append((make(s), None))
            except BaseException as e:  # goes to the loop, at its own batch
                box.append((None, e))
            ready.set()
            del job, s, box, ready

    def __iter__(self):
        jobs, waiting, indices = SimpleQueue(), [], iter(self.sampler)
        threads = [
            threading.Thread(target=self._work, args=(jobs, self._make), daemon=True)
            for _ in range(self.num_workers)
        ]
        for t in threads:
            t.start()
        try:
            while True:
                # one batch for each worker, and one to hand out
                while indices is not None and len(waiting) <= self.num_workers:
                    try:
                        s = next(indices)
                    except StopIteration:
                        indices = None
                    else:
                        waiting.append(([], threading.Event()))
                        jobs.put((s, *waiting[-1]))
                if not waiting:
                    return
                box, ready = waiting.pop(0)
                ready.wait()
                batch, error = box.pop()
                if error is not None:
                    raise error
                yield [batch, batch := None][0]
        finally:
            while not jobs.empty():
                jobs.get()
            for _ in threads:
                jobs.put(None)
            for t in threads:
                t.join()
