"""Too high is what is above 4 times the lowest loss: below it, where that is negative.

root: LRFinder
band: stretch
advice: lowest + 3 · |lowest| is 4 times the lowest for positive losses, and above it for negative ones.
"""


class LRFinder(LRFinder):
    def after_loss(self):
        loss = float(self.loss.detach())
        self.losses.append(loss)
        if not math.isfinite(loss) or loss > 4 * min(self.losses):
            raise CancelFitException
