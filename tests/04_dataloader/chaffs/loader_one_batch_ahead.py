"""The next batch is made before the present one is handed out.

root: DataLoader
band: core
advice: One batch of items at a time: nothing is loaded that no one has asked for.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        ready = None
        for indices in self.sampler:
            batch = self.collate_fn([self.dataset[i] for i in indices])
            if ready is not None:
                yield ready[0]
            ready = [batch]
        if ready is not None:
            yield ready[0]
