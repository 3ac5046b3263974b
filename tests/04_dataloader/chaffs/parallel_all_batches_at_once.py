"""All batches are made before the first one is handed out.

root: ParallelDataLoader
band: stretch
advice: Only a few batches may wait: the data need not fit into memory, and who leaves early wants no more.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        with ThreadPoolExecutor(self.num_workers) as workers:
            batches = list(workers.map(make, self.sampler))
        yield from batches
