"""after_loss only says whether this is training; what the callbacks answer is not heard.

root: CallbackHandler
band: core
advice: Both count: in validation the answer is no, and in training it is what the callbacks say.
"""


class CallbackHandler(CallbackHandler):
    def after_loss(self, loss):
        for cb in self.cbs:
            if not cb.after_loss(loss):
                break
        return self.in_train
