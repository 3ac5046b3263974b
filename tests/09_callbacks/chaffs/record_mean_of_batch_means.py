"""Each batch counts the same in the averages, so a small last batch pulls them towards itself.

root: Recorder
band: core
advice: Losses and metrics are means over a batch: weigh each with the items in it, and divide by the number
of items.
"""


class Average(Average):
    def add(self, mean, n):
        super().add(mean, 1)
