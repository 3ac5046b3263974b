"""avg_stats writes into one list and gives that out at each look: averages that were kept change with the next batch.

root: AvgStats
band: robust
advice: Return a new list. What somebody has read should not change behind their back.
"""


class AvgStats(AvgStats):
    @property
    def avg_stats(self):
        given = self.__dict__.setdefault("given", [])
        given[:] = [total / self.count for total in self.totals]
        return given
