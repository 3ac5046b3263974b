"""Each batch counts the same, so a small last batch pulls the average towards itself.

root: AvgStats
band: core
advice: A batch of 3 items counts 3: weigh it with its size, and divide by the number of items.
"""


class AvgStats(AvgStats):
    def accumulate(self, run):
        batch = [run.loss, *(metric(run.pred, run.yb) for metric in self.metrics)]
        self.totals = [total + float(value) for total, value in zip(self.totals, batch, strict=True)]
        self.count += 1
