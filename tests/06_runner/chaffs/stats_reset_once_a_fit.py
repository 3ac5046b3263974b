"""The statistics are reset when the fit begins, so each epoch is averaged with those before it.

root: AvgStatsCallback
band: core
advice: An epoch's averages are about that epoch: reset where it begins.
"""


class AvgStatsCallback(AvgStatsCallback):
    def begin_fit(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def begin_epoch(self):
        pass
