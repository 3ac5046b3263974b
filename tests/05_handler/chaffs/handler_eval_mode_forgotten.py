"""The model stays in train mode in validation; only in_train is changed.

root: CallbackHandler
band: core
advice: in_train tells the callbacks, but dropout and batch norm only listen to model.eval().
"""


class CallbackHandler(CallbackHandler):
    def begin_validate(self):
        training = self.learn.model.training
        go_on = super().begin_validate()
        self.learn.model.train(training)
        return go_on
