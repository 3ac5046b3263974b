"""The penalties are added to the validation loss as well.

root: RNNRegularizer
band: core
advice: The penalty is there to be trained against. The validation loss tells how good the prediction is,
and is left alone.
"""


class RNNRegularizer(RNNRegularizer):
    def after_loss(self):
        dropped, h = self.outputs[-1], self.raw_outputs[-1]
        self.learn.loss = self.loss + self.alpha * dropped.float().pow(2).mean()
        if self.beta and h.shape[1] > 1:
            self.learn.loss = self.loss + self.beta * (h[:, 1:] - h[:, :-1]).float().pow(2).mean()
