"""All batches are submitted before the first is waited for, so a whole data set piles up in memory.

root: ParallelDataLoader
band: stretch
advice: Submit a few batches at first, and another one each time that one is handed out.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        with ThreadPoolExecutor(self.num_workers) as workers:
            ahead = deque(workers.submit(make, indices) for indices in self.sampler)
            try:
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for batch in ahead:
                    batch.cancel()
