"""The batches of the first pass are kept and handed out again in every later one.

root: DataLoader
band: core
advice: A new epoch has a new order: ask the sampler again. And kept batches fill the memory.
"""


class DataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate):
        super().__init__(ds, sampler, collate_fn)
        self.kept = None

    def __iter__(self):
        if self.kept is not None:
            yield from self.kept
            return
        batches = []
        for indices in self.sampler:
            batches.append(self.collate_fn([self.dataset[i] for i in indices]))
            yield batches[-1]
        self.kept = batches
