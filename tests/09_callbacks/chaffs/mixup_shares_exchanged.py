"""The inputs are mixed with share for the own item, the losses with share for the other one.

root: Mixup
band: stretch
advice: Whose picture dominates the mixture, his label counts most: the same share for both.
"""


class Mixup(Mixup):
    def after_loss(self):
        if self.training:
            other = self.loss_func(self.pred, *self.yb_of_partner)
            self.learn.loss = (1 - self.share) * self.loss + self.share * other
