"""A batch whose worker failed is left out in silence.

root: ParallelDataLoader
band: stretch
advice: A future keeps the exception of its worker: let result() raise it in the caller's loop.
"""


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        ahead = deque()
        with ThreadPoolExecutor(self.num_workers) as workers:
            try:
                for indices in self.sampler:
                    ahead.append(workers.submit(make, indices))
                    if len(ahead) > self.num_workers:
                        batch = ahead.popleft()
                        if batch.exception() is None:
                            yield batch.result()
                while ahead:
                    batch = ahead.popleft()
                    if batch.exception() is None:
                        yield batch.result()
            finally:
                for batch in ahead:
                    batch.cancel()
