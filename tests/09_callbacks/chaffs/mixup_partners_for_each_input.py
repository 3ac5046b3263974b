"""Each input of a batch is mixed by a permutation of its own, so that items fall apart.

root: Mixup
band: stretch
advice: An item is all of its inputs: draw the partners once for a batch.
"""


class Mixup(Mixup):
    def before_batch(self):
        given = self.xb
        super().before_batch()
        if self.training:
            self.learn.xb = tuple(x.lerp(x[torch.randperm(len(x))], 1 - self.share) for x in given)
