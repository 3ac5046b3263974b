"""The statistics are taken at after_batch, so a cancelled batch counts with the loss of the one before.

root: AvgStatsCallback
band: robust
advice: after_batch follows cancelled batches, too. The loss is fresh at after_loss.
"""


class AvgStatsCallback(AvgStatsCallback):
    def after_loss(self):
        pass

    def after_batch(self):
        if hasattr(self.run, "loss"):
            stats = self.train_stats if self.in_train else self.valid_stats
            with torch.no_grad():
                stats.accumulate(self.run)
