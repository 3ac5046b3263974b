"""The batches are made in the caller's own thread, one after the other.

root: ParallelDataLoader
band: stretch
advice: Hand the making of a batch to a thread, and ask for the result later.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        for indices in self.sampler:
            yield self.collate_fn([self.dataset[i] for i in indices])
