"""The loss is weighted by the batch size, and the metrics are added up per batch.

root: AvgStats
band: core
advice: A metric is an average over the batch, as the loss is: both need the weight.
"""


class AvgStats(AvgStats):
    def reset(self):
        super().reset()
        self.batches = 0

    def accumulate(self, run):
        n = len(run.xb)
        self.totals[0] += float(run.loss) * n
        for i, metric in enumerate(self.metrics, 1):
            self.totals[i] += float(metric(run.pred, run.yb))
        self.count += n
        self.batches += 1

    @property
    def avg_stats(self):
        return [self.totals[0] / self.count, *(total / self.batches for total in self.totals[1:])]
