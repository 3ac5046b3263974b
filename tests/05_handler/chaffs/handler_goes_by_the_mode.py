"""Whether something is learned from a batch goes by the model's mode, which a callback may have changed.

root: CallbackHandler
band: core
advice: The handler knows which half of the epoch it is in: in_train says it.
"""


class CallbackHandler(CallbackHandler):
    def after_loss(self, loss):
        return self._ask("after_loss", loss) and self.learn.model.training
