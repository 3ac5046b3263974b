"""The temporal penalty takes the differences of neighbours in the batch, not of neighbours in time.

root: RNNRegularizer
band: core
advice: The activations are (batch, time, features): subtract along dimension 1.
"""


class RNNRegularizer(RNNRegularizer):
    def after_loss(self):
        if not self.training:
            return
        dropped, h = self.outputs[-1], self.raw_outputs[-1]
        self.learn.loss = self.loss + self.alpha * dropped.float().pow(2).mean()
        if self.beta and len(h) > 1:
            self.learn.loss = self.loss + self.beta * (h[1:] - h[:-1]).float().pow(2).mean()
