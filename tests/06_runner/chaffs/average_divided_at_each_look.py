"""Reading avg_stats divides the totals in place, so the second look divides an average again.

root: AvgStats
band: robust
advice: Reading must not change anything: compute the averages into a new list.
"""


class AvgStats(AvgStats):
    @property
    def avg_stats(self):
        for i in range(len(self.totals)):
            self.totals[i] /= self.count
        return list(self.totals)
