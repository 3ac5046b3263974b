"""The gradients are zeroed at the end of every batch, also of one that was cancelled after backward.

root: Learner
band: core
advice: A cancelled batch skips all the rest of it, and zero_grad is part of that: so gradients can be
gathered over batches.
"""


class Learner(Learner):
    def _one_batch(self):
        try:
            super()._one_batch()
        finally:
            if self.training:
                self.opt.zero_grad()
