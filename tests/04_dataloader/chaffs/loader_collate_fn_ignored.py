"""The loader always calls collate, whatever collate_fn it was given.

root: DataLoader
band: core
advice: Keep the function that was passed, and call that one.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        for indices in self.sampler:
            yield collate([self.dataset[i] for i in indices])
