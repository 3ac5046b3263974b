"""The loader can be looped over once; the second epoch is empty.

root: DataLoader
band: core
advice: Ask the sampler for a new pass in __iter__. An iterator that was made in __init__ is used up after one.
"""


class DataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate):
        super().__init__(ds, sampler, collate_fn)
        self.batches = iter(sampler)

    def __iter__(self):
        for indices in self.batches:
            yield self.collate_fn([self.dataset[i] for i in indices])
