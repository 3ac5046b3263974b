"""The statistics ask the model for its mode, which another callback may have changed, to freeze batch norms say.

root: AvgStatsCallback
band: core
advice: run.in_train says which half it is. The mode says how layers behave.
"""


class AvgStatsCallback(AvgStatsCallback):
    def after_loss(self):
        stats = self.train_stats if self.model.training else self.valid_stats
        stats.accumulate(self.run)
