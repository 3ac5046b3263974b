"""The first network trains all the time, and the second one's turn never comes.

root: SwitchCallback
band: stretch
advice: Count the training batches: after turns[0] of them it is the second one's turn, and then again the
first one's.
"""


class SwitchCallback(SwitchCallback):
    def before_batch(self):
        if self.training:
            self.learn.turn = 0
            self.networks[0].requires_grad_(True)
            self.networks[1].requires_grad_(False)
