"""alpha is applied to the outputs before dropout and beta to those after it.

root: RNNRegularizer
band: core
advice: pred is (out, raw_outputs, outputs): alpha goes with outputs, the last entry, and beta with
raw_outputs.
"""


class RNNRegularizer(RNNRegularizer):
    def after_pred(self):
        self.learn.pred, self.outputs, self.raw_outputs = self.pred
