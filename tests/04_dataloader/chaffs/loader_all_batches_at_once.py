"""All batches are made before the first one is handed out.

root: DataLoader
band: core
advice: yield each batch as soon as it is made: the data may not fit into memory.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        batches = []
        for indices in self.sampler:
            batches.append(self.collate_fn([self.dataset[i] for i in indices]))
        return iter(batches)
