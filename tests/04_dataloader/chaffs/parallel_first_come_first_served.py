"""The batches come in the order in which the workers finish them.

root: ParallelDataLoader
band: stretch
advice: Hand out by the sampler's order: a batch that is ready early has to wait for its turn.
"""

from concurrent.futures import FIRST_COMPLETED, wait


class ParallelDataLoader(ParallelDataLoader):
    def __iter__(self):
        def make(indices):
            return self.collate_fn([self.dataset[i] for i in indices])

        running = set()
        with ThreadPoolExecutor(self.num_workers) as workers:
            try:
                for indices in self.sampler:
                    running.add(workers.submit(make, indices))
                    if len(running) > self.num_workers:
                        done, running = wait(running, return_when=FIRST_COMPLETED)
                        for batch in done:
                            yield batch.result()
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for batch in done:
                        yield batch.result()
            finally:
                for batch in running:
                    batch.cancel()
