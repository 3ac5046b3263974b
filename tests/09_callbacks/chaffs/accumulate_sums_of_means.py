"""The gradients of n batches are added up and never divided, so the step is n times too long.

root: GradientAccumulation
band: stretch
advice: backward adds gradients. The mean over all items of the group is wanted, so weigh each batch, and
divide.
"""


class GradientAccumulation(GradientAccumulation):
    def after_backward(self):
        self.n_batches += 1
        if self.n_batches < self.n and self.iter < self.n_iter - 1:
            raise CancelBatchException
        self.n_batches = 0
