"""The batches in flight are kept on the loader, where two loops take them from each other.

root: ParallelDataLoader
band: stretch
advice: What belongs to one pass is a local variable of __iter__.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        self.ahead = deque()
        with ThreadPoolExecutor(self.num_workers) as workers:
            try:
                for indices in self.sampler:
                    self.ahead.append(workers.submit(make, indices))
                    if len(self.ahead) > self.num_workers:
                        yield self.ahead.popleft().result()
                while self.ahead:
                    yield self.ahead.popleft().result()
            finally:
                for batch in self.ahead:
                    batch.cancel()
