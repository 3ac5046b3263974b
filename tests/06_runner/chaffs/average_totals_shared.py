"""The totals are one list of the class, so training and validation add to the same numbers.

root: AvgStats
band: core
advice: Each AvgStats has totals of its own: make the list on self, not in the class.
"""


class AvgStats(AvgStats):
    shared = []

    def reset(self):
        self.shared[:] = [0.0] * (1 + len(self.metrics))
        self.totals, self.count = self.shared, 0

    def accumulate(self, run):
        n = len(run.xb)
        batch = [run.loss, *(metric(run.pred, run.yb) for metric in self.metrics)]
        for i, value in enumerate(batch):
            self.totals[i] += float(value) * n
        self.count += n
