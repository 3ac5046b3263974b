"""Every batch goes into train_stats, and those of validation into valid_stats as well.

root: AvgStatsCallback
band: core
advice: A batch belongs to one phase, and in_train says to which.
"""


class AvgStatsCallback(AvgStatsCallback):
    def after_loss(self):
        with torch.no_grad():
            self.train_stats.accumulate(self.run)
            if not self.in_train:
                self.valid_stats.accumulate(self.run)
