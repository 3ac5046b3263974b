"""in_train is True from begin_fit to the first validation and never again, so only the first epoch learns.

root: CallbackHandler
band: core
advice: in_train has two places of change in an epoch: where training begins, and where validation begins.
"""


class CallbackHandler(CallbackHandler):
    def begin_epoch(self, epoch):
        self.learn.model.train()
        return self._ask("begin_epoch", epoch)
