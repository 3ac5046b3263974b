"""Train mode is set once, when the fit begins, so from the second epoch on the model trains in eval mode.

root: CallbackHandler
band: core
advice: Validation leaves eval mode behind: each epoch has to go back to train mode.
"""


class CallbackHandler(CallbackHandler):
    def begin_fit(self, learn):
        learn.model.train()
        return super().begin_fit(learn)

    def begin_epoch(self, epoch):
        self.in_train = True
        return self._ask("begin_epoch", epoch)
