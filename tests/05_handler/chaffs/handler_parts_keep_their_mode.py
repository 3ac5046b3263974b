"""The mode is set only if the model's own has to change: a part that somebody froze stays in eval mode.

root: CallbackHandler
band: core
advice: Parts have modes of their own. model.train() sets them all, so call it in any case.
"""


class CallbackHandler(CallbackHandler):
    def begin_epoch(self, epoch):
        self.in_train = True
        if not self.learn.model.training:
            self.learn.model.train()
        return self._ask("begin_epoch", epoch)
