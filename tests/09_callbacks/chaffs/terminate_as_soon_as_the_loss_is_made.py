"""The loss is looked at when it has just been made: what other callbacks make of it later is registered.

root: TerminateOnNaN
band: robust
advice: Recorder registers the loss at after_batch: look at it there, just before.
"""


class TerminateOnNaN(TerminateOnNaN):
    def after_loss(self):
        super().after_batch()

    def after_batch(self):
        pass
