"""after_loss keeps a copy of the loss that is cut off from its graph, so nobody can call backward on self.loss.

root: Callback
band: core
advice: Keep the loss itself, as it was given: `self.loss = loss`.
"""


class Callback(Callback):
    def after_loss(self, loss):
        super().after_loss(loss)
        self.loss = loss.detach()
        return True
