"""The workers stay for as long as the loader does, also when all passes are over.

root: ParallelDataLoader
band: stretch
advice: Workers belong to a pass: they start with it and end with it.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __init__(self, ds, sampler, collate_fn=collate, num_workers=2):
        super().__init__(ds, sampler, collate_fn, num_workers)
        self.workers = ThreadPoolExecutor(num_workers)

    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        ahead = deque()
        for indices in self.sampler:
            ahead.append(self.workers.submit(make, indices))
            if len(ahead) > self.num_workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
