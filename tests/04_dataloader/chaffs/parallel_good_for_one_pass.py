"""The workers are hired once and sent home after the first pass, so there is no second one.

root: ParallelDataLoader
band: stretch
advice: Start the workers where a pass begins, and end them where it ends.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn, num_workers)
        self.workers = ThreadPoolExecutor(num_workers)

    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        ahead = deque()
        with self.workers as workers:
            try:
                for indices in self.sampler:
                    ahead.append(workers.submit(make, indices))
                    if len(ahead) > self.num_workers:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for batch in ahead:
                    batch.cancel()
