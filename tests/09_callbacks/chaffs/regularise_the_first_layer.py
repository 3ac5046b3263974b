"""The penalty looks at the outputs of the first recurrent layer.

root: RNNRegularizer
band: core
advice: The last entry belongs to the last layer: index -1.
"""


class RNNRegularizer(RNNRegularizer):
    def after_pred(self):
        super().after_pred()
        self.raw_outputs, self.outputs = self.raw_outputs[:1], self.outputs[:1]
