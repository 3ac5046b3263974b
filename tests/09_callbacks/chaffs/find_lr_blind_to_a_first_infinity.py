"""A loss is compared with 4 times the lowest one, which a first loss that is infinite is not above.

root: LRFinder
band: stretch
advice: inf > 4 * inf is False: ask for finite losses by itself.
"""


class LRFinder(LRFinder):
    def after_loss(self):
        self.losses.append(float(self.loss.detach()))
        if not self.losses[-1] <= 4 * min(self.losses):
            raise CancelFitException
